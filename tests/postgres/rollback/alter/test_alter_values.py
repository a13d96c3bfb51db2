"""A value that the earlier type cannot hold stops the way back; it is counted, and never shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.rollback.alter.trip import back, go

from seatrial.catalog.read import read
from seatrial.errors import StatementFailed
from seatrial.pg.statement import ask, execute_script

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

#: Change, and rows that are written behind it, of which one cannot go back.
STOPPED = {
    "a longer text": (
        "ALTER TABLE app.contacts ALTER word TYPE text",
        "UPDATE app.contacts SET word = repeat('secret', 10) WHERE small = 3",
        "app.contacts.word would not survive as character varying(40)",
    ),
    "a finer number": (
        "ALTER TABLE app.contacts ALTER amount TYPE numeric",
        "UPDATE app.contacts SET amount = 1.2345 WHERE small = 3",
        "app.contacts.amount would not survive as numeric(8,2)",
    ),
    "a larger number": (
        "ALTER TABLE app.contacts ALTER rank TYPE bigint",
        "UPDATE app.contacts SET rank = 7000000000 WHERE small = 3",
        "app.contacts.rank would not survive as integer",
    ),
    "a time of day": (
        "ALTER TABLE app.contacts ALTER born TYPE timestamptz",
        "UPDATE app.contacts SET born = born + interval '1 hour'",
        "app.contacts.born would not survive as date",
    ),
    "no number at all": (
        "ALTER TABLE app.contacts ALTER rank DROP DEFAULT; ALTER TABLE app.contacts ALTER rank TYPE text",
        "UPDATE app.contacts SET rank = 'secret' WHERE small = 3",
        "app.contacts.rank would not survive as integer",
    ),
    "no label": (
        "ALTER TABLE app.contacts ALTER mood DROP DEFAULT; ALTER TABLE app.contacts ALTER mood TYPE text",
        "UPDATE app.contacts SET mood = 'secret' WHERE small = 3",
        "app.contacts.mood would not survive as app.mood",
    ),
    "no JSON": (
        "ALTER TABLE app.contacts ALTER extra TYPE text",
        "UPDATE app.contacts SET extra = '{secret' WHERE small = 3",
        "app.contacts.extra would not survive as jsonb",
    ),
    "what a domain refuses": (
        "ALTER TABLE app.contacts ALTER age TYPE integer",
        "UPDATE app.contacts SET age = -7 WHERE small = 3",
        "app.contacts.age would not survive as app.positive",
    ),
    "a longer text in an array": (
        "ALTER TABLE app.contacts ALTER counts TYPE bigint[]",
        "UPDATE app.contacts SET counts = '{1,99999999999}' WHERE small = 3",
        "app.contacts.counts would not survive as integer[]",
    ),
    "a new label": (
        "ALTER TYPE app.mood ADD VALUE 'secret'",
        "UPDATE app.contacts SET mood = 'secret' WHERE small = 3",
        "app.contacts.mood would not survive as the earlier app.mood",
    ),
    "a new label in an array": (
        "ALTER TYPE app.mood ADD VALUE 'secret'",
        "UPDATE app.contacts SET moods = '{sad,secret}' WHERE small = 3",
        "app.contacts.moods would not survive as the earlier app.mood",
    ),
    "a new attribute": (
        "ALTER TYPE app.address ADD ATTRIBUTE country text",
        "UPDATE app.contacts SET home.country = 'secret' WHERE small = 3",
        "app.contacts.home would not survive as the earlier app.address",
    ),
    "a new attribute of a type that has lost one": (
        "ALTER TYPE app.address DROP ATTRIBUTE street, ADD ATTRIBUTE country text",
        "UPDATE app.contacts SET home.country = 'secret' WHERE small = 3",
        "app.contacts.home would not survive as the earlier app.address",
    ),
}


@pytest.mark.parametrize(("change", "written", "said"), STOPPED.values(), ids=STOPPED)
def test_a_value_that_would_be_lost_stops_it(newer: Connection, change: str, written: str, said: str) -> None:
    trip = go(newer, change)
    execute_script(newer, written)

    with pytest.raises(StatementFailed) as caught:
        back(newer, trip.whole)

    assert caught.value.what == f"1 rows of {said}"
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(("change", "_", "__"), STOPPED.values(), ids=STOPPED)
def test_values_that_were_there_come_back(newer: Connection, change: str, _: str, __: str) -> None:
    rows = "SELECT string_agg(c::text, ' ' ORDER BY id) FROM app.contacts AS c"
    before = ask(newer, rows).value
    trip = go(newer, change)

    back(newer, trip.whole)

    assert ask(newer, rows).value.replace("(,3,12345)", "(Quay,3,12345)") == before


def test_an_attribute_that_comes_back_leaves_the_others_alone(newer: Connection) -> None:
    trip = go(newer, "ALTER TYPE app.address DROP ATTRIBUTE street")

    back(newer, trip.whole)

    assert ask(newer, "SELECT home::text FROM app.contacts WHERE small = 3").value == "(,3,12345)"
    assert ask(newer, "SELECT home IS NOT DISTINCT FROM NULL FROM app.contacts WHERE small = 4").value == "true"


def test_numbers_go_on_behind_the_last(newer: Connection) -> None:
    trip = go(newer, "ALTER TABLE app.numbered ALTER id DROP IDENTITY; INSERT INTO app.numbered VALUES (77, 1)")

    back(newer, trip.whole)

    assert ask(newer, "INSERT INTO app.numbered (n) VALUES (1) RETURNING id").value == "78"


def test_numbers_that_go_down_go_on_behind_the_last(newer: Connection) -> None:
    trip = go(newer, "ALTER TABLE app.counters ALTER id DROP IDENTITY; INSERT INTO app.counters VALUES (-77, 1)")

    back(newer, trip.whole)

    assert ask(newer, "INSERT INTO app.counters (n) VALUES (1) RETURNING id").value == "-79"


def test_a_null_that_was_written_stops_at_the_validation(newer: Connection) -> None:
    trip = go(newer, "ALTER TABLE app.contacts ALTER email DROP NOT NULL")
    execute_script(newer, "UPDATE app.contacts SET email = NULL WHERE small = 3")

    with pytest.raises(StatementFailed, match="is violated by some row"):
        back(newer, trip.whole)


def test_a_null_is_refused_from_the_first_step_on(newer: Connection) -> None:
    trip = go(newer, "ALTER TABLE app.contacts ALTER email DROP NOT NULL")
    for statement in trip.whole.statements:
        execute_script(newer, statement)

    with pytest.raises(StatementFailed, match="seatrial_not_null_email"):
        execute_script(newer, "UPDATE app.contacts SET email = NULL")


#: As its owner, from whom the policies hide every row.
HIDDEN = {
    "a type": (
        "ALTER TABLE app.hidden ALTER lost TYPE text",
        "UPDATE app.hidden SET lost = 'somewhat longer'",
        "app.hidden.lost would not survive as character varying(10)",
    ),
    "a label": (
        "ALTER TYPE app.shade ADD VALUE 'meh'",
        "UPDATE app.hidden SET one = 'meh'",
        "app.hidden.one would not survive as the earlier app.shade",
    ),
}


@pytest.mark.parametrize(("change", "written", "said"), HIDDEN.values(), ids=HIDDEN)
def test_no_policy_hides_what_would_be_lost(newer: Connection, change: str, written: str, said: str) -> None:
    trip = go(newer, change)
    execute_script(newer, written)
    [guard] = [one for one in trip.whole.statements if "LOCK TABLE app.hidden" in one]
    execute_script(newer, "SET ROLE authenticated")

    with pytest.raises(StatementFailed) as caught:
        execute_script(newer, guard)

    assert caught.value.what == f"2 rows of {said}"


def test_no_policy_hides_the_last_number(newer: Connection) -> None:
    trip = go(newer, "ALTER TABLE app.hidden ALTER name DROP IDENTITY")
    execute_script(newer, "SET ROLE authenticated")

    back(newer, trip.whole)

    execute_script(newer, "RESET ROLE")
    assert ask(newer, "INSERT INTO app.hidden (lost) VALUES ('x') RETURNING name").value == "3"
    assert read(newer).objects == trip.before.objects
