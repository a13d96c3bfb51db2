"""What no ALTER gives back is dropped and made again, and what nothing gives back is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.rollback.alter.trip import go

from seatrial.rollback.alteration import Alteration

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

MADE_AGAIN = {
    "body": "CREATE OR REPLACE FUNCTION app.counted(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT $1 + 2'",
    "aggregate": "CREATE OR REPLACE AGGREGATE app.all_of(*) (SFUNC = app.counted, STYPE = bigint, INITCOND = '1')",
    "view": "CREATE OR REPLACE VIEW app.active AS SELECT email FROM app.contacts",
    "index": "DROP INDEX app.contacts_since; CREATE INDEX contacts_since ON app.contacts (since)",
    "unique": "DROP INDEX app.contacts_code; CREATE INDEX contacts_code ON app.organizations (id, name)",
    "trigger": "CREATE OR REPLACE TRIGGER stamp AFTER UPDATE ON app.contacts FOR EACH ROW EXECUTE FUNCTION app.stamp()",
    "rule": 'CREATE OR REPLACE RULE "No Delete" AS ON UPDATE TO app.organizations DO INSTEAD NOTHING',
    "command of a policy": "DROP POLICY members ON app.contacts;\n"
    "CREATE POLICY members ON app.contacts TO anon, authenticated USING (active) WITH CHECK (visits > 0)",
    "a condition more": "DROP POLICY reads ON app.organizations;\n"
    "CREATE POLICY reads ON app.organizations USING (true) WITH CHECK (true)",
    "validated": "ALTER TABLE app.contacts VALIDATE CONSTRAINT some_way_in",
    "check": "ALTER TABLE app.contacts DROP CONSTRAINT short_nick, ADD CONSTRAINT short_nick CHECK (small < 9)",
    "key": "ALTER TABLE app.contacts DROP CONSTRAINT one_nick, ADD CONSTRAINT one_nick UNIQUE (nick) DEFERRABLE",
    "statistics": "DROP STATISTICS app.together;\n"
    "CREATE STATISTICS app.together (ndistinct) ON small, visits FROM app.contacts",
    "event": "DROP EVENT TRIGGER refuse;\nCREATE EVENT TRIGGER refuse ON sql_drop EXECUTE FUNCTION app.refuse()",
    "all tables": "DROP PUBLICATION whole;\nCREATE PUBLICATION whole FOR ALL TABLES",
    "generated no more": "ALTER TABLE app.contacts ALTER double_visits DROP EXPRESSION",
}


@pytest.mark.parametrize("change", MADE_AGAIN.values(), ids=MADE_AGAIN)
def test_it_is_made_again(newer: Connection, change: str) -> None:
    assert None in go(newer, change).ways


def test_a_stored_expression_cannot_be_set_on_an_older_server(newer: Connection) -> None:
    change = "ALTER TABLE app.contacts ALTER double_visits SET EXPRESSION AS (visits * 3)"

    assert go(newer, change, server_version=160000).ways == (None,)


def test_privileges_are_left_to_others(newer: Connection) -> None:
    [way] = go(newer, "GRANT SELECT ON app.organizations TO anon; COMMENT ON TABLE app.organizations IS 'o'").ways

    assert way == Alteration(statements=("COMMENT ON TABLE app.organizations IS NULL",))


def test_what_uses_a_column_has_to_go_before_its_type_does(newer: Connection) -> None:
    assert go(newer, "ALTER TABLE app.contacts ALTER word TYPE text").whole.drops_dependents
    assert go(newer, "ALTER TYPE app.mood ADD VALUE 'meh'").whole.drops_dependents
    assert not go(newer, "ALTER TABLE app.contacts ALTER email DROP DEFAULT").whole.drops_dependents


def test_a_secret_that_was_there_is_named_and_not_guessed(newer: Connection) -> None:
    trip = go(newer, "ALTER SERVER vault OPTIONS (SET api_key 'other', SET port '6')")

    assert trip.whole == Alteration(
        statements=("ALTER SERVER vault OPTIONS (SET port '5')",),
        reasons=("option api_key of foreign server vault is a secret, which is not read",),
    )


def test_the_replica_identity_of_a_dropped_index_is_none(newer: Connection) -> None:
    [way] = go(newer, "ALTER TABLE app.identified REPLICA IDENTITY FULL").ways

    assert way == Alteration(
        statements=("ALTER TABLE app.identified REPLICA IDENTITY NOTHING",),
        reasons=("the replica identity of app.identified was an index that had been dropped",),
    )


def test_an_array_of_a_composite_type_is_named(newer: Connection) -> None:
    [way] = go(newer, "ALTER TYPE app.in_arrays DROP ATTRIBUTE x").ways

    assert way is not None
    assert way.reasons == ("attributes of app.in_arrays have changed, and there are arrays of it",)
