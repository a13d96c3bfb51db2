"""What a statement writes, calls and sets, as far as its text tells."""

from __future__ import annotations

import pytest

from seatrial.sql.constraint_text import Key, key_of
from seatrial.sql.written import altered_table, names_of, setting, written


@pytest.mark.parametrize(
    ("text", "tables"),
    [
        ("UPDATE a.b SET c = 1", {("update", "a.b")}),
        ("WITH x AS (DELETE FROM b RETURNING *) INSERT INTO c TABLE x", {("delete", "b"), ("insert", "c")}),
        ("INSERT INTO b VALUES (1) ON CONFLICT (a) DO UPDATE SET a = 2", {("insert", "b"), ("update", "b")}),
        ('TRUNCATE a, "B".c', {("truncate", "a"), ("truncate", "B.c")}),
        ("COPY a FROM STDIN", {("copy", "a")}),
        ("COPY a TO STDOUT", set()),
        ("DO $$ BEGIN IF true THEN DELETE FROM a; END IF; END $$", {("delete", "a")}),
        ("SELECT * FROM a FOR UPDATE", set()),
    ],
)
def test_tables_that_are_written(text: str, tables: set[tuple[str, str]]) -> None:
    assert written(text).tables == tables


def test_sql_that_is_put_together_is_told_from_sql_that_stands_there() -> None:
    assert written("DO $$ BEGIN EXECUTE format('UPDATE %I SET a = 1', 'b'); END $$").is_dynamic
    assert not written("DO $$ BEGIN EXECUTE format('CREATE TABLE %I ()', 'b'); END $$").is_dynamic
    assert not written("DO $$ BEGIN UPDATE b SET a = 1; END $$").is_dynamic
    assert written("SELECT app.f(g())").calls == {"app.f", "g"}


def test_settings_that_decide_what_a_name_means() -> None:
    assert setting("SET search_path = app, 'My App'") == ("search_path", ("app", "My App"))
    assert setting("SET LOCAL search_path TO 'app, public'") == ("search_path", ("app", "public"))
    assert setting("SET ROLE anon") == ("role", ("anon",))
    assert setting("RESET ROLE") == ("role", ())
    assert setting("SELECT 1") is None


def test_only_what_takes_values_away_alters_a_table() -> None:
    assert altered_table("ALTER TABLE a.b DROP c, ADD d int") == "a.b"
    assert altered_table("ALTER TABLE b ALTER c TYPE text") == "b"
    assert altered_table("ALTER TABLE b RENAME c TO d") == "b"
    assert not altered_table("ALTER TABLE b ADD c int")
    assert not altered_table("ALTER TABLE b RENAME TO c")


def test_keys_as_the_catalog_writes_them() -> None:
    assert names_of('"a.b"."c ""d"""') == ("a.b", 'c "d"')
    assert key_of('PRIMARY KEY ("A b", c) INCLUDE (d)') == Key(kind="primary", columns=('"A b"', "c"))
    assert key_of("CHECK ((a > 1))") is None
    assert key_of("FOREIGN KEY (a) REFERENCES x.y(b) ON DELETE SET NULL") == Key(
        kind="foreign", columns=("a",), table="x.y", others=("b",), on_delete=True
    )
