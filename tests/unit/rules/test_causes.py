"""The cause of a syntax error in plain words, and SQL that PostgreSQL's grammar takes instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seatrial.rules.run import run

if TYPE_CHECKING:
    from tests.unit.rules.conftest import ScriptOf

    from seatrial.model.finding import Finding


def _only(findings: tuple[Finding, ...]) -> Finding:
    [finding] = findings
    return finding


@pytest.mark.parametrize(
    ("sql", "cause", "fix"),
    [
        (
            "raise notice 'x';",
            "RAISE is PL/pgSQL and stands outside a body",
            "do $$\nbegin\n    raise notice 'x';\nend\n$$;",
        ),
        ("perform f(1);\nselect 1;", "PERFORM is PL/pgSQL", "select f(1);"),
        ("PERFORM f($$;$$);", "PERFORM is PL/pgSQL", "select f($$;$$);"),
        (
            "if true then perform f($$x$$); end if;\nselect 1;",
            "IF is PL/pgSQL",
            "do $do$\nbegin\n    if true then perform f($$x$$); end if;\nend\n$do$;",
        ),
        ("v := 1", "an assignment with := is PL/pgSQL", "do $$\nbegin\n    v := 1;\nend\n$$;"),
        (
            'create policy if not exists "own rows" on public.notes using (true);',
            "PostgreSQL has no IF NOT EXISTS for a policy",
            'drop policy if exists "own rows" on public.notes;\ncreate policy "own rows" on public.notes using (true);',
        ),
        (
            "create or replace policy p on notes using (true)",
            "PostgreSQL has no OR REPLACE for a policy",
            "drop policy if exists p on notes;\ncreate policy p on notes using (true)",
        ),
        (
            "create trigger if not exists t before insert on notes execute function f();",
            "PostgreSQL has no IF NOT EXISTS for a trigger",
            "create or replace trigger t before insert on notes execute function f();",
        ),
        (
            "alter table only notes add constraint if not exists c check (true);",
            "PostgreSQL has no IF NOT EXISTS for a constraint",
            "alter table notes drop constraint if exists c;\nalter table only notes add constraint c check (true);",
        ),
        (
            "create type if not exists mood as enum ();",
            "PostgreSQL has no IF NOT EXISTS for a type",
            "do $$\nbegin\n    create type mood as enum ();\nexception when duplicate_object then null;\nend\n$$;",
        ),
        (
            "create or replace table t (a int);",
            "PostgreSQL has no OR REPLACE for a table",
            "create table if not exists t (a int);",
        ),
        (
            "create function if not exists f() returns int language sql as $$ select 1 $$;",
            "PostgreSQL has no IF NOT EXISTS for a function",
            "create or replace function f() returns int language sql as $$ select 1 $$;",
        ),
    ],
)
def test_the_sql_that_is_shown_parses(script_of: ScriptOf, sql: str, cause: str, fix: str) -> None:
    finding = _only(run([script_of(sql)]))

    assert cause in finding.what
    assert finding.fix == fix
    assert script_of(fix).fault is None


@pytest.mark.parametrize(
    ("sql", "cause", "fix"),
    [
        ("declare v int := 1;\nbegin\nend;", "DECLARE is PL/pgSQL", "begins in line 1 into a DO block"),
        ("select 1;\n\nbegin\n  raise notice 'x';\nend;", "RAISE is PL/pgSQL", "begins in line 3 into a DO block"),
        ("select 'never closed;\n\nselect 2;", "the string that begins in line 1 never ends", "Put ' where"),
        ('select "x;', "the quoted identifier that begins in line 1 never ends", 'Put " where'),
        ("\ndo $a$ begin", "the dollar-quoted string that begins in line 2 never ends", "Put $a$ where"),
        ("/* /* */", "comments nest, so each /* needs its own */", "Put */ where"),
        (
            "select 'it's here';",
            'the apostrophe before "s" in line 1 ends the string',
            "Write the apostrophe twice: 'it''s",
        ),
        ("/* a\n*/ b */ select 1;", "that begins in line 1 ends at the first */, in line 2", "Take the */ out"),
        ("/* '*/' */ select 1;", "that begins in line 1 ends at the first */, in line 1", "Take the */ out"),
        ("do $$ begin execute $$select 1$$; end $$;", "the $$ in line 1 ends the quote", "tag of its own"),
        ("create table t (\na int,\n);", "nothing follows the comma", "Delete the comma at the end of line 2"),
        ("select a, from t;", "nothing follows the comma", "Delete the comma at the end of line 1"),
        ("select 1 -- one\n\ncreate table t ();", "the statement before it has no semicolon", "at the end of line 1"),
        ("create table t (\na int;", "the parenthesis in line 1 is never closed", "Put )"),
        ("create table t (a int\n\n", "the parenthesis in line 1 is never closed", "Put )"),
        ("select\u00a01;", "a U+00A0 stands where a space belongs", "Write a space in place of the U+00A0 in line 1"),
        ("select 1;\ufeffselect 2;", "an invisible U+FEFF stands there", "Delete the U+FEFF in line 1"),
        ("select \u2018a\u2019 b c;", "a U+2018 stands where a ' belongs", "Write a '"),
        ("<<<<<<< HEAD\nselect 1;\n=======\n>>>>>>> x\n", "a merge conflict was left in the file", "(lines 1, 3, 4)"),
        ("set search_path to :schema;", ":schema is a variable of psql", "in place of :schema"),
        ("create table `t` ();", 'names are quoted with "', 'Write "name"'),
        ("create table t (a int auto_increment);", "AUTO_INCREMENT is MySQL's", "generated always as identity"),
        ("selec 1;", 'syntax error at or near "selec"', "Correct line 1, at or before the caret"),
    ],
)
def test_the_cause_is_named(script_of: ScriptOf, sql: str, cause: str, fix: str) -> None:
    finding = _only(run([script_of(sql)]))

    assert finding.code == "SYN001"
    assert cause in finding.what
    assert fix in finding.fix


def test_quoted_text_is_no_cause(script_of: ScriptOf) -> None:
    """A curly quote or a semicolon inside a string or a comment has nothing to do with the fault after it."""
    finding = _only(run([script_of("select '\u2018;\u00a0' /* \ufeff <<<<<<< */ , selec selec selec;")]))

    assert finding.what == 'syntax error at or near "selec"'


def test_a_message_stays_on_one_line_and_shows_nothing_invisible(script_of: ScriptOf) -> None:
    finding = _only(run([script_of("select 'one\ntwo\x1b[31m" + "x" * 500)]))

    assert finding.what.isprintable()
    assert "two" not in finding.what


def test_a_fix_holds_no_escape_sequence(script_of: ScriptOf) -> None:
    finding = _only(run([script_of("perform f('\x1b[31m');\n")]))

    assert finding.fix == "select f('U+001B[31m');"


def test_a_fix_of_a_file_with_windows_line_ends_has_lines(script_of: ScriptOf) -> None:
    finding = _only(run([script_of("perform f(\r\n  1);\r\n")]))

    assert finding.fix == "select f(\n  1);"


def test_the_end_of_the_text_is_shown_after_its_last_word(script_of: ScriptOf) -> None:
    finding = _only(run([script_of("create table t (a int\n\n\n")]))

    assert (finding.place.line, finding.place.column) == (1, 22)


def test_rows_of_a_copy_become_an_insert(script_of: ScriptOf) -> None:
    text = 'select 1;\n\nCOPY public.notes (id, "Body; text") FROM stdin;\n1\tit\'s\n2\t\\N\n\\.\n\nselect 2;\n'

    finding = _only(run([script_of(text)]))

    assert (finding.code, finding.place.line, finding.place.column) == ("SYN002", 3, 1)
    assert finding.fix == "insert into public.notes (id, \"Body; text\") values\n    ('1', 'it''s'),\n    ('2', null);"
    assert script_of(finding.fix).fault is None


def test_many_rows_of_a_copy_are_counted(script_of: ScriptOf) -> None:
    finding = _only(run([script_of("copy t from stdin;\n" + "1\n" * 9 + "\\.\n")]))

    assert finding.fix.splitlines()[-1] == "-- and 6 more rows in the same way"
    assert script_of(finding.fix).fault is None


@pytest.mark.parametrize("rest", [" with (format csv);\n1,2\n\\.\n", ";\na\\tb\n\\.\n", ";"])
def test_rows_that_are_not_plain_are_left_to_the_author(script_of: ScriptOf, rest: str) -> None:
    finding = _only(run([script_of(f"copy t (a, b) from stdin{rest}")]))

    assert finding.fix == "Write the rows as INSERT INTO t (a, b)"
