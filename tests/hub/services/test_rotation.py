"""The key-encryption key is rotated while everybody works, and may be interrupted anywhere."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from tests.hub.ground import ADA, HARBOUR
from tests.hub.services.pretence import KEYS, TOKEN, at_once, person, working
from tests.hub.services.victim import killed

from integrations_hub.domain.refusal import Refusal
from integrations_hub.domain.secret import Secret
from integrations_hub.services.rotation import Rotated
from integrations_hub.settings import Keys
from integrations_hub.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.hub.ground import Ground
    from tests.hub.services.pretence import At

#: Credentials under the old key; those of the seed are under one that nobody knows.
MANY = 25
SAMPLE = {"sample": 2}
AT = {"host": "smtp.example.org"}


@pytest.fixture
def new(ground: Ground) -> Iterator[At]:
    """A process whose primary key is the new one, on a database with credentials under the old one."""
    with working(ground, primary="old") as old:
        old.execute(
            "insert into public.organizations (id, name)"
            " select ('a0000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'Organization ' || n"
            "   from generate_series(1, %s) n", MANY,
        )  # fmt: skip
        old.execute(
            "insert into public.integrations (id, organization_id, integration_type, is_active)"
            " select ('b0000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,"
            "        ('a0000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'telegram', true"
            "   from generate_series(1, %s) n", MANY,
        )  # fmt: skip
        for number in range(1, MANY + 1):
            put(old, number)
    with working(ground, primary="new") as new:
        yield new


def place(number: int) -> tuple[str, str]:
    return f"a0000000-0000-4000-8000-{number:012}", f"b0000000-0000-4000-8000-{number:012}"


def put(at: At, number: int) -> None:
    sealed = at.vault.seal(*place(number), Secret({"token": f"token {number}"}), destination=AT)
    at.execute(
        "insert into private.integration_credentials (organization_id, integration_id, ciphertext, nonce, wrapped_key,"
        " wrapped_key_nonce, key_id) values (%s, %s, %s, %s, %s, %s, %s)",
        *place(number), sealed.ciphertext, sealed.nonce, sealed.wrapped_key, sealed.wrapped_key_nonce, sealed.key_id,
    )  # fmt: skip


def keys(at: At) -> dict[str, int]:
    rows = at.rows("select key_id, count(*) as n from private.integration_credentials group by key_id")
    return {row["key_id"]: row["n"] for row in rows}


def all_open(at: At) -> None:
    for number in range(1, MANY + 1):
        secret = at.vault.open(*place(number), at.sealed(place(number)[1]), destination=AT)
        assert secret.reveal("token") == f"token {number}"


def test_everything_under_a_known_key_is_rewrapped(new: At) -> None:
    before = new.rows("select integration_id, ciphertext from private.integration_credentials order by 1")

    assert new.cases.rotation.run(batch=7) == Rotated(rewrapped=MANY, left=SAMPLE)

    assert keys(new) == {"new": MANY, **SAMPLE}
    assert new.rows("select integration_id, ciphertext from private.integration_credentials order by 1") == before
    rotated = new.rows("select count(*) as n from private.integration_credentials where rotated_at is not null")
    assert rotated == [{"n": MANY}]
    all_open(new)
    assert new.cases.rotation.run() == Rotated(rewrapped=0, left=SAMPLE)


def test_killed_in_the_middle_it_goes_on_where_it_was(new: At) -> None:
    killed(new.ground, "rotating", "11")
    assert keys(new) == {"new": 9, "old": MANY - 9, **SAMPLE}
    all_open(new)

    assert new.cases.rotation.run().rewrapped == MANY - 9

    all_open(new)


def test_a_row_that_somebody_holds_is_left_for_the_next_run(new: At) -> None:
    with new.ground.superuser() as busy:
        busy.execute(b"begin")
        busy.execute(
            b"select 1 from private.integration_credentials where integration_id = %s for update", (place(3)[1],)
        )
        assert new.cases.rotation.run() == Rotated(rewrapped=MANY - 1, left={"old": 1, **SAMPLE})
        busy.execute(b"rollback")

    assert new.cases.rotation.run() == Rotated(rewrapped=1, left=SAMPLE)


def test_a_row_that_does_not_open_is_named_and_stays(new: At) -> None:
    new.execute(
        "update private.integration_credentials set wrapped_key = decode(repeat('00', 48), 'hex')"
        " where integration_id = %s", place(3)[1],
    )  # fmt: skip

    rotated = new.cases.rotation.run(batch=2)

    assert rotated == Rotated(rewrapped=MANY - 1, unreadable=(place(3),), left={"old": 1, **SAMPLE})


def test_many_processes_share_the_work(new: At) -> None:
    results = at_once(lambda: new.cases.rotation.run(batch=2).rewrapped, 4)

    assert sum(results) == MANY  # type: ignore[arg-type]
    all_open(new)


def test_readers_and_writers_notice_nothing(new: At) -> None:
    """A process that still seals under the old key reads and writes, while another one rotates."""
    stop, wrong, read = threading.Event(), [], []

    def reader(other: At) -> None:
        while not stop.is_set():
            try:
                all_open(other)
            except Exception as error:  # noqa: BLE001 - whatever it is, the test fails
                wrong.append(error)
            read.append(1)

    def writer(other: At) -> None:
        integrations, number = other.cases.integrations, 0
        while not stop.is_set():
            number += 1
            try:
                integrations.connect(person(ADA), HARBOUR, "telegram", {}, Secret({"token": f"{TOKEN}{number}"}))
            except Exception as error:  # noqa: BLE001 - whatever it is, the test fails
                wrong.append(error)

    with working(new.ground, primary="old") as old:
        threads = [threading.Thread(target=work, args=[old]) for work in (reader, writer)]
        for thread in threads:
            thread.start()
        for _ in range(10):
            new.cases.rotation.run(batch=1)
            new.execute("update private.integration_credentials set key_id = key_id")
        stop.set()
        for thread in threads:
            thread.join()
    new.cases.rotation.run()

    assert wrong == []
    assert read
    assert keys(new) == {"new": MANY + 1, **SAMPLE}
    all_open(new)


def test_whoever_knows_only_the_old_key_opens_what_is_left_and_says_what_is_missing(new: At) -> None:
    only_old = Vault(Keys.model_validate({"primary": "old", "known": {"old": KEYS["known"]["old"]}}))  # type: ignore[index]
    assert only_old.open(*place(1), new.sealed(place(1)[1]), destination=AT).reveal("token") == "token 1"

    new.cases.rotation.run()

    with pytest.raises(Refusal) as caught:
        only_old.open(*place(1), new.sealed(place(1)[1]), destination=AT)
    assert (caught.value.code, "under the key new" in caught.value.message) == ("key_unknown", True)
