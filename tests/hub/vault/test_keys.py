"""Keys come from where they are kept, and are never shown."""

from __future__ import annotations

import base64
import sys
import traceback
from typing import TYPE_CHECKING, Any

import pytest

from integrations_hub.domain.refusal import Refusal
from integrations_hub.domain.secret import Secret
from integrations_hub.settings import Keys
from integrations_hub.vault import keyring
from integrations_hub.vault.vault import Vault
from seatrial.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ORGANIZATION, INTEGRATION = "a0000000-0000-4000-8000-000000000001", "b0000000-0000-4000-8000-000000000002"
KEY = base64.b64encode(b"0123456789abcdefghijklmnopqrstuv").decode()
OTHER = base64.b64encode(b"another key of thirty-two bytes.").decode()
AT = {"host": "smtp.example.org", "port": 587}
SECRET = Secret({"token": "hush-hush", "name": "ümläut \ud83d"})


def vault(primary: str = "one", environment: Mapping[str, str] | None = None, **known: dict[str, Any]) -> Vault:
    keys = Keys.model_validate({"primary": primary, "known": known or {"one": {"env": "KEY"}}})
    return Vault(keys, {"KEY": KEY, "OTHER": OTHER} if environment is None else environment)


def opens(of: Vault) -> bool:
    sealed = of.seal(ORGANIZATION, INTEGRATION, SECRET, destination=AT)
    return of.open(ORGANIZATION, INTEGRATION, sealed, destination=AT).reveal_all() == SECRET.reveal_all()


def refused(of: Vault) -> CannotRun:
    with pytest.raises(CannotRun) as caught:
        of.prepare()
    shown = "".join(traceback.format_exception(caught.value)) + repr(of.__dict__) + str(caught.value.as_record())
    assert KEY not in shown
    assert KEY[:20] not in shown
    return caught.value


def test_from_the_environment() -> None:
    assert opens(vault())


def test_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text(KEY + "\n", encoding="utf-8")
    path.chmod(0o600)

    assert opens(vault(one={"file": path}))


def test_from_a_command_that_no_shell_reads() -> None:
    assert opens(vault(one={"command": ["printf", "%s", KEY]}))
    with pytest.raises(CannotRun, match="cannot be run"):
        vault(one={"command": [f"printf {KEY}"]}).prepare()


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o620, 0o644])
def test_a_file_that_others_can_read_or_replace_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key"
    path.write_text(KEY, encoding="utf-8")
    path.chmod(mode)

    error = refused(vault(one={"file": path}))

    assert error.code == "hub.open-key"
    assert "one" in error.where
    assert str(path) in error.where


def test_a_file_for_a_group_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text(KEY, encoding="utf-8")
    path.chmod(0o640)

    assert opens(vault(one={"file": path}))


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "hub.no-key"), ("  \n", "hub.no-key"), (KEY[:-4], "hub.bad-key"), (KEY[:-1], "hub.bad-key"),
        (KEY + KEY, "hub.bad-key"), (KEY[:20] + "!" + KEY[21:], "hub.bad-key"), (KEY + "ü", "hub.bad-key"),
    ],
)  # fmt: skip
def test_what_is_no_key_is_told_by_id_and_source(tmp_path: Path, value: str, code: str) -> None:
    path = tmp_path / "key"
    path.write_text(value, encoding="utf-8")
    path.chmod(0o600)

    for where, of in (
        ("variable KEY", vault(environment={"KEY": value})),
        (f"file {path}", vault(one={"file": path})),
        ("command printf", vault(one={"command": ["printf", "%s", value]})),
    ):
        error = refused(of)
        assert (error.code, error.where) == (code, f"keys.known.one, {where}")


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    assert refused(vault(environment={})).code == "hub.no-key"
    assert refused(vault(one={"file": tmp_path / "absent"})).what == "the key cannot be read: No such file or directory"
    assert refused(vault(one={"file": tmp_path})).what == "the key cannot be read: Is a directory"
    assert refused(vault(one={"command": ["false"]})).what == "the command ended with 1"
    assert refused(vault(one={"command": ["no-such-program-at-all"]})).code == "hub.no-key"


def test_a_command_that_does_not_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "PATIENCE", 0.2)

    error = refused(vault(one={"command": [sys.executable, "-c", "import time; time.sleep(60)", KEY]}))

    assert error.what.startswith("the command has not printed the key within")


def test_a_key_is_read_once_and_only_when_it_is_needed(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    script = f"open({str(journal)!r}, 'a').write('x'); print({KEY!r})"
    of = vault(one={"command": [sys.executable, "-c", script]}, two={"env": "ABSENT"})
    assert not journal.exists()

    assert opens(of)
    assert opens(of)

    assert journal.read_text(encoding="utf-8") == "x"


def test_two_names_for_one_key_are_refused() -> None:
    error = refused(vault(one={"env": "KEY"}, two={"command": ["printf", "%s", KEY]}))

    assert (error.code, "one and two" in error.what) == ("hub.same-key", True)


def test_what_was_sealed_under_an_unknown_key_is_told_in_words() -> None:
    sealed = vault("two", one={"env": "KEY"}, two={"env": "OTHER"}).seal(
        ORGANIZATION, INTEGRATION, SECRET, destination=AT
    )

    with pytest.raises(Refusal) as caught:
        vault().open(ORGANIZATION, INTEGRATION, sealed, destination=AT)

    assert (caught.value.status, caught.value.code) == (503, "key_unknown")
    assert "under the key two" in caught.value.message


def test_what_does_not_open_is_told_in_words() -> None:
    both = {"one": {"env": "KEY"}, "two": {"env": "OTHER"}}
    sealed = vault("one", **both).seal(ORGANIZATION, INTEGRATION, SECRET, destination=AT)

    one, two, moved = vault("one", **both), vault("two", **both), (INTEGRATION, ORGANIZATION)
    for act in (lambda: one.open(*moved, sealed, destination=AT), lambda: two.rewrap(*moved, sealed)):
        with pytest.raises(Refusal) as caught:
            act()
        assert (caught.value.status, caught.value.code) == (409, "credentials_unreadable")
        assert "hush" not in "".join(traceback.format_exception(caught.value))


def test_what_was_sealed_for_elsewhere_is_told_in_words() -> None:
    sealed = vault().seal(ORGANIZATION, INTEGRATION, SECRET, destination=AT)

    for elsewhere in ({**AT, "port": 465}, {**AT, "port": "587"}):
        with pytest.raises(Refusal) as caught:
            vault().open(ORGANIZATION, INTEGRATION, sealed, destination=elsewhere)
        assert (caught.value.status, caught.value.code) == (409, "credentials_for_elsewhere")
        assert "for another server or account" in caught.value.message
        assert "hush" not in "".join(traceback.format_exception(caught.value))


def test_a_process_with_both_keys_opens_what_either_sealed() -> None:
    both = {"one": {"env": "KEY"}, "two": {"env": "OTHER"}}
    before = vault("one", one={"env": "KEY"}).seal(ORGANIZATION, INTEGRATION, SECRET, destination=AT)
    after = vault("two", **both).rewrap(ORGANIZATION, INTEGRATION, before)

    assert (before.key_id, after.key_id) == ("one", "two")
    for sealed in (before, after):
        assert (
            vault("one", **both).open(ORGANIZATION, INTEGRATION, sealed, destination=AT).reveal("token") == "hush-hush"
        )
