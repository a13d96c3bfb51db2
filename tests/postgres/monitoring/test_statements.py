"""What real statements come to, which of them are followed one by one, and what is told of their texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.monitoring.looks import CONTACTS, contacts, look, sampler

from seatrial.model.sample import WHOLE
from seatrial.model.watch import Baseline
from seatrial.monitoring.probe import Scope
from seatrial.monitoring.probes import statements

if TYPE_CHECKING:
    from seatrial.model.sample import Sample, StatementText
    from seatrial.pg.connection import Connection

READ = "SELECT email FROM contacts WHERE id = 7"
WRITE = """
WITH written AS (INSERT INTO public.contacts VALUES (5000, 'anna@example.org') RETURNING *)
SELECT /* request of anna@example.org */ count(*) FROM written
"""


@pytest.fixture(autouse=True)
def _contacts(application: Connection) -> None:
    application.execute(CONTACTS)


def of_shape(texts: dict[str, StatementText], part: str) -> str:
    """The subject of the one statement with these words."""
    [found] = [subject for subject, text in texts.items() if part in text.shape]
    return found


def baseline(*samples: Sample) -> Baseline:
    """Who was there before the deployment."""
    return Baseline(
        since=0,
        until=1,
        statements=frozenset(
            subject for sample in samples for quantity, subject in sample.counters if quantity == "statements.calls"
        ),
    )


def test_calls_time_rows_and_blocks_grow_with_use(application: Connection, watcher: Connection) -> None:
    application.execute(READ)
    taken = sampler("statements")
    first = taken.sample(watcher)
    subject = of_shape(dict(first.texts), "SELECT email")
    assert subject.startswith("postgres ")
    application.execute(READ)
    application.execute("SELECT email FROM contacts WHERE id = 8")
    second = taken.sample(watcher)
    grown = {
        quantity: second.counters[f"statements.{quantity}", subject] - first.counters[f"statements.{quantity}", subject]
        for quantity in ("calls", "time", "rows", "blocks")
    }
    assert grown["calls"] == 2
    assert grown["rows"] == 2
    assert grown["time"] > 0
    assert grown["blocks"] > 0
    assert second.counters["statements.calls", WHOLE] - first.counters["statements.calls", WHOLE] >= 2


def test_one_by_one_and_together_they_are_the_whole(application: Connection, watcher: Connection) -> None:
    for _ in range(3):
        application.execute(READ)
    counters = look(watcher, "statements").counters
    rows = {subject: value for (quantity, subject), value in counters.items() if quantity == "statements.rows"}
    assert rows["others"] > 0
    assert sum(value for subject, value in rows.items() if subject != WHOLE) == rows[WHOLE]


def test_a_text_is_a_shape_with_relations_and_no_value(application: Connection, watcher: Connection) -> None:
    application.execute(READ)
    application.execute(WRITE)
    application.execute("COMMENT ON TABLE public.contacts IS 'a secret'")
    texts = dict(look(watcher, "statements").texts)
    read, write = texts[of_shape(texts, "SELECT email")], texts[of_shape(texts, "written")]
    assert read.shape == "SELECT email FROM contacts WHERE id = $1"
    assert (read.role, read.relations, read.writes) == ("postgres", ("public.contacts",), False)
    assert (write.relations, write.writes) == (("public.contacts",), True)
    assert "anna" not in str(texts)
    assert "secret" not in str(texts)


def test_relations_are_spelled_as_the_catalog_does(application: Connection, watcher: Connection) -> None:
    application.execute('CREATE SCHEMA "My app"; CREATE TABLE "My app"."Order.Lines" (id int, "from" int)')
    application.execute('SELECT "from" FROM "My app"."Order.Lines"')
    application.execute("SELECT count(*) FROM contacts AS lines, pg_class")
    texts = dict(look(watcher, "statements").texts)
    assert texts[of_shape(texts, "Lines")].relations == ('"My app"."Order.Lines"',)
    assert texts[of_shape(texts, "AS lines")].relations == ("pg_catalog.pg_class", "public.contacts")


def test_a_statement_on_a_table_that_is_gone_is_still_the_releases(
    application: Connection, watcher: Connection
) -> None:
    application.execute(READ)
    application.execute("DROP TABLE public.contacts")
    texts = dict(look(watcher, "statements").texts)
    assert texts[of_shape(texts, "SELECT email")].relations == ("public.contacts",)


def test_a_text_is_told_once(application: Connection, watcher: Connection) -> None:
    application.execute(READ)
    taken = sampler("statements")
    first = taken.sample(watcher)
    assert first.texts
    second = taken.sample(watcher)
    assert not first.texts.keys() & second.texts.keys()
    known = Scope(changes=contacts(), known=frozenset(first.texts))
    third = sampler("statements", scope=known).sample(watcher)
    assert not first.texts.keys() & third.texts.keys()
    assert {("statements.calls", subject) for subject in first.texts} <= third.counters.keys()


def test_roles_are_told_apart(application: Connection, watcher: Connection) -> None:
    application.execute("GRANT SELECT ON public.contacts TO authenticated")
    application.execute(READ)
    application.execute("SET ROLE authenticated")
    application.execute(READ)
    application.execute("RESET ROLE")
    texts = look(watcher, "statements").texts
    roles = {subject.rpartition(" ")[0] for subject, text in texts.items() if "SELECT email" in text.shape}
    assert roles == {"authenticated", "postgres"}


def test_new_statements_are_those_that_were_not_there(application: Connection, watcher: Connection) -> None:
    application.execute(READ)
    before = look(watcher, "statements")
    assert not any(quantity.startswith("statements.new") for quantity, _ in before.counters)
    application.execute("SELECT max(email) FROM contacts")
    after = look(watcher, "statements", Scope(changes=contacts(), baseline=baseline(before)))
    [new] = [s for (quantity, s) in after.counters if quantity == "statements.new_calls" and s in after.texts
             and "max(email)" in after.texts[s].shape]  # fmt: skip
    old = of_shape(dict(after.texts), "SELECT email")
    assert after.counters["statements.new_calls", new] == 1
    assert after.counters["statements.new_time", new] > 0
    assert ("statements.new_calls", old) not in after.counters
    assert sum(quantity == "statements.calls" for quantity, _ in before.counters) > len(before.texts) + 2


def test_what_is_the_releases_is_followed_among_ever_so_many(
    application: Connection, watcher: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "FOLLOWED", 12)
    monkeypatch.setattr(statements, "_FREE", 4)
    monkeypatch.setattr(statements, "_DEAREST", 4)
    application.execute(READ)
    for number in range(40):
        application.execute(f"SELECT {', '.join(['n'] * (number + 1))} FROM generate_series(1, 20000) AS n")
    sample = look(watcher, "statements")
    followed = {s for quantity, s in sample.counters if quantity == "statements.blocks"} - {WHOLE, "others"}
    assert of_shape(dict(sample.texts), "SELECT email") in followed
    assert len(followed) <= 8
    assert followed == set(sample.texts)
    assert len(baseline(sample).statements) > 40


def test_whoever_is_followed_stays_so(
    application: Connection, watcher: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "_DEAREST", 1)
    taken = sampler("statements", scope=Scope())
    application.execute("SELECT sum(n) FROM generate_series(1, 200000) AS n")
    application.execute("SELECT sum(n) FROM generate_series(1, 200000) AS n")
    first = taken.sample(watcher)
    for _ in range(4):
        application.execute("SELECT max(n) FROM generate_series(1, 400000) AS n")
    second = taken.sample(watcher)
    assert of_shape(dict(second.texts), "max(n)")
    assert {("statements.calls", subject) for subject in first.texts} <= second.counters.keys()


def test_whoever_was_followed_before_a_restart_stays_so_and_is_told_again(
    application: Connection, watcher: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "FOLLOWED", 2)
    monkeypatch.setattr(statements, "_FREE", 1)
    application.execute("SELECT sum(n) FROM generate_series(1, 500000) AS n")
    first = look(watcher, "statements", Scope())
    [dearest] = statements.followed_in(first) - {WHOLE, statements.OTHERS}
    for _ in range(4):
        application.execute("SELECT max(n) FROM generate_series(1, 500000) AS n")
    again = look(watcher, "statements", Scope(followed=statements.followed_in(first)))
    assert dearest in statements.followed_in(again)
    assert dearest in again.texts


def test_our_own_statements_are_not_followed(watcher: Connection) -> None:
    taken = sampler("statements", "locks", "activity", "tables", "indexes", scope=Scope())
    texts: dict[str, StatementText] = {}
    for _ in range(3):
        texts |= taken.sample(watcher, everything=True).texts
    assert not [text for text in texts.values() if "pg_stat_statements" in text.shape or "pg_locks" in text.shape]


def test_a_reset_begins_anew(application: Connection, watcher: Connection) -> None:
    taken = sampler("statements")
    first = taken.sample(watcher)
    assert taken.sample(watcher).epochs == first.epochs
    application.execute("SELECT extensions.pg_stat_statements_reset()")
    assert taken.sample(watcher).epochs["statements"] != first.epochs["statements"]
