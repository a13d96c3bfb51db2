"""What the bodies of functions and DO blocks hold, each piece at its place in the script."""

from __future__ import annotations

import postgast
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.model.commands import Command, Data, Other
from seatrial.model.expression import Expression
from seatrial.sql.commands.bodies import body_offset, in_body
from seatrial.sql.commands.expressions import read_query
from seatrial.sql.commands.places import Places, places_of

_BEFORE = "-- ä€😀\n"


def command(node: postgast.pg_query_pb2.Node, places: Places) -> Command:
    """A stand-in for the reader of all commands."""
    kind = node.WhichOneof("node") or ""
    if kind in {"select_stmt", "insert_stmt", "update_stmt", "delete_stmt"}:
        return Data(kind=kind.removesuffix("_stmt"), query=read_query(node, places))
    return Other(node=kind)


class Found:
    """The body of a statement that stands behind a comment."""

    def __init__(self, text: str) -> None:
        self.script = _BEFORE + text
        node, places = postgast.parse(text).stmts[0].stmt, places_of(text, len(_BEFORE))
        held = in_body(node, places, command)
        self.inner, self.dynamic, self.fault = held.inner, held.dynamic, held.fault
        self.body = self.script[body_offset(node, places) :]

    def at(self, offset: int, length: int) -> str:
        """What stands at an offset of the script."""
        return self.script[offset : offset + length]

    def pieces(self, length: int = 11) -> list[str]:
        """How each piece begins."""
        return [self.at(one.offset, length) for one in self.inner]

    def calls(self) -> list[str]:
        """What stands where each call is said to be."""
        return [self.at(call.offset, len(call.name)) for query in self.queries() for call in query.calls]

    def queries(self) -> list[Expression]:
        """What reads or changes rows."""
        return [one.command.query for one in self.inner if isinstance(one.command, Data)]

    def guarded(self) -> list[str]:
        """How each guarded piece begins."""
        return [self.at(one.offset, 11) for one in self.inner if one.guarded]


_BLOCK = """
declare n int := first('é'); c cursor for select * from one;
begin
  select count(*), second() into n from two where ü = third(n);
  perform fourth(n), 1;
  update two set a = fifth();
  if n = sixth() then delete from three; else n := seventh(); end if;
  case n when 1 then insert into four values (eighth()); else null; end case;
  for r in select * from ninth() loop raise notice '% ', tenth(); end loop;
  while eleventh() loop null; end loop;
  return query select * from twelfth();
end
"""
_CALLS = [
    "first", "count", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth",
]  # fmt: skip
_PIECES = [
    "first('é');", "select * fr", "select coun", "fourth(n), ", "update two ", "n = sixth()", "delete from",
    "seventh(); ", "1 then inse", "insert into", "select * fr", "tenth(); en", "eleventh() ", "select * fr",
]  # fmt: skip


@pytest.mark.parametrize("tag", ["$$", "$body$", "$ü$"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "head",
    ["do {}", "do language plpgsql {}", "create function f() returns setof int language plpgsql as {}",
     "create or replace procedure f() language 'plpgsql' security definer as /* 'x' $$ */ {}"],
)  # fmt: skip
def test_pieces_of_a_block_are_at_their_places(head: str, ends: str, tag: str) -> None:
    found = Found(head.format(tag + _BLOCK.replace("\n", ends) + tag))
    assert found.pieces() == _PIECES
    assert found.calls() == _CALLS
    assert found.guarded() == []
    assert found.body.startswith(ends + "declare")


def test_a_body_in_single_quotes_has_places_as_long_as_it_is_written_as_it_is() -> None:
    found = Found("create function f() returns void as ' begin perform g(1); end' language plpgsql")
    assert found.pieces(4) == ["g(1)"]
    assert found.body.startswith(" begin")


@pytest.mark.parametrize("body", ["'begin perform g(''x''); delete from t; end'", "E'begin perform g(\\'x\\'); end'"])
def test_in_a_body_with_escapes_all_is_at_its_beginning(body: str) -> None:
    found = Found(f"do {body}")
    assert set(found.pieces(5)) == {"begin"}
    calls = [call for query in found.queries() for call in query.calls]
    assert [(call.name, found.at(call.offset, 5)) for call in calls] == [("g", "begin")]


def test_statements_of_a_sql_function() -> None:
    body = "$$ /* ü */ select first(); -- ß;\n\n  insert into ö values (second()); $$"
    found = Found(f"create function f() returns int stable language sql as {body}")
    assert found.pieces(6) == ["select", "insert"]
    assert found.calls() == ["first", "second"]


@pytest.mark.parametrize(
    ("body", "pieces"),
    [
        ("begin atomic select first(); insert into ü values (second()); end", ["select", "insert"]),
        ("begin atomic ; update ü set a = case when first() then 1 end; delete from t where second(); end",
         ["update", "delete"]),
        ("return first() + second()", ["return"]),
    ],
)  # fmt: skip
def test_a_body_in_the_standards_form(body: str, pieces: list[str]) -> None:
    found = Found(f"create function f(atomic int default 1) returns int language sql {body}")
    assert found.pieces(6) == pieces
    assert found.calls() == ["first", "second"]


def test_execute_of_a_constant_is_read_and_of_anything_else_is_shown() -> None:
    found = Found(
        "create function f(p text) returns void language plpgsql as $f$ begin\n"
        "  execute 'delete from ü where first()';\n"
        "  execute $q$ drop table a; /* ü */ drop table b $q$;\n"
        "  execute 'select ''x''';\n"
        "  execute format('drop table %I', p) using second();\n"
        "  execute 'ü' || p into p;\n"
        "end $f$"
    )
    assert found.pieces() == ["delete from", "drop table ", "drop table ", "select ''x'", "second();\n "]
    assert found.calls() == ["first", "second"]
    first, second = found.dynamic
    assert (first.text, first.columns, found.at(first.offset, 12)) == (
        "format('drop table %I', p)", ("p",), "format('drop"
    )  # fmt: skip
    assert (second.text, second.columns, found.at(second.offset, 8)) == ("'ü' || p", ("p",), "'ü' || p")
    assert isinstance(first, Expression)
    assert first.calls[0].arguments == ("drop table %I", None)


_UNGUARDED = "delete from t"


@pytest.mark.parametrize(
    "body",
    [
        "begin if to_regclass('t') is not null then delete from t; end if; end",
        "begin if exists (select 1 from pg_class where relname = 't') then delete from t; end if; end",
        "begin if to_regclass('t') is null then null; else delete from t; end if; end",
        "begin if to_regclass('t') is null then null; elsif a then delete from t; end if; end",
        "begin if to_regclass('t') is null then return; end if; delete from t; end",
        "begin if to_regclass('t') is null then raise exception 'x'; end if; delete from t; end",
        "begin delete from t; exception when undefined_table then null; end",
        "begin delete from t; exception when sqlstate '42P01' then null; end",
        "begin begin delete from t; exception when others then null; end; end",
        "begin if to_regclass('t') is not null then execute 'delete from t'; end if; end",
        "declare n int; begin select count(*) into n from information_schema.tables; if n > 0 then delete from t; end if; end",  # noqa: E501
        "begin for i in 1..2 loop if to_regclass('t') is not null then delete from t; end if; end loop; end",
    ],
)
def test_what_a_look_up_or_a_handler_guards(body: str) -> None:
    assert _UNGUARDED[:11] in Found(f"do $$ {body} $$").guarded()


@pytest.mark.parametrize(
    "body",
    [
        "begin if to_regclass('t') is null then delete from t; end if; end",
        "begin if a = 1 then delete from t; end if; end",
        "begin if to_regclass('t') is not null then null; end if; delete from t; end",
        "begin if to_regclass('t') is null then raise notice 'x'; end if; delete from t; end",
        "begin begin null; exception when undefined_table then null; end; delete from t; end",
        "begin null; exception when undefined_table then delete from t; end",
        "begin delete from t; exception when unique_violation then null; end",
    ],
)
def test_what_nothing_guards(body: str) -> None:
    found = Found(f"do $$ {body} $$")
    assert _UNGUARDED[:11] in found.pieces()
    assert _UNGUARDED[:11] not in found.guarded()


def test_a_piece_that_cannot_be_read_does_not_hide_the_others() -> None:
    found = Found("do $$ begin perform first(); selec from; perform second(); end $$")
    assert found.calls() == ["first", "second"]


@pytest.mark.parametrize(
    "text",
    [
        "create function f() returns int language c as 'library', 'symbol'",
        "create function f() returns int language plv8 as $$ return 1; $$",
        "create function f() returns int language sql as 'selec'",
        "create function f() returns int language plpgsql as ''",
        "create function f() returns int language plpgsql",
        "create function f() returns int",
        "do $$ nothing that begins $$",
        "do language plv8 $$ x $$",
        "select 1",
    ],
)
def test_nothing_of_what_cannot_be_read(text: str) -> None:
    found = Found(text)
    assert (found.inner, found.dynamic) == ((), ())


_WORDS = st.sampled_from(
    ["begin", "end", "if", "then", "else", "loop", "for", "in", "execute", "'x'", "''", "perform", "f(1)", ";", ":=",
     "x", "case", "when", "exception", "others", "declare", "return", "query", "select", "into", "from", "(", ")", "[",
     "..", "ü", "<<", ">>", "raise", "using", ",", "open", "fetch", "while", "null", "--\n", "/*", "$q$", "#", "get"]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(_WORDS, max_size=25), st.sampled_from(["sql", "plpgsql"]))
def test_any_body_is_read_without_an_error(words: list[str], language: str) -> None:
    body = " ".join(words)
    found = Found(f"create function f() returns int language {language} as $body$begin {body} end$body$")
    for offset in [one.offset for one in found.inner] + [one.offset for one in found.dynamic]:
        assert len(found.script) - len(found.body) <= offset < len(found.script)


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=80))
def test_any_text_is_read_without_an_error(body: str) -> None:
    quoted = "'" + body.replace("'", "''") + "'"
    for language in ("sql", "plpgsql"):
        found = Found(f"create function f() returns int language {language} as {quoted}")
        assert found.body.startswith(body.partition("'")[0])


@settings(deadline=None)
@given(st.lists(st.sampled_from(["perform fü(1);", "x := fü('ß');", "delete from ü where fü();", "null;",
                                 "if fü() then return fü(); end if;", "execute 'select fü()';"])))  # fmt: skip
def test_calls_are_at_their_places(statements: list[str]) -> None:
    found = Found(f"do $x$ begin {' '.join(statements)} end $x$")
    assert found.calls() == ["fü"] * "".join(statements).count("fü")


def test_places_hold_in_a_long_text() -> None:
    filler = "  -- äöü€😀\n" * 300
    found = Found(f"do $$ begin {filler}" + f"perform fü('ß');\n{filler}" * 3 + "delete from t; end $$")
    assert found.calls() == ["fü"] * 3
    assert found.pieces()[-1] == "delete from"
    words = "select fü('ß'), 1;\n"
    found = Found("create function f() returns int language sql as $$" + words * 200 + "$$")
    assert found.calls() == ["fü"] * 200


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("create function f() returns int language plpgsql as $$ begin if a then return 1; return 2; end; $$;", "; $$"),
        ("create function f() returns int language plpgsql as 'begin return 1 +; end';", "; end'"),
        ("do $$ declare n int; begin select 1 into n form t; end $$;", "t; end"),
        ("do $$ begin raise notice 'é' raise notice 'b'; end $$;", "raise notice 'b'"),
        ("create function f() returns int language sql as $$ select 1; select 'é', from t $$;", "from t"),
        ("create function f() returns int language plpgsql as $$ begin return 'a; end $$;", "'a; end"),
    ],
)
def test_a_body_that_no_grammar_takes_says_where(text: str, at: str) -> None:
    found = Found(text)

    assert found.fault is not None
    assert found.at(found.fault.start, len(at)) == at


@pytest.mark.parametrize(
    "body",
    [
        "declare a public.t; b t%rowtype; begin a.x := 1; b.y[1] := 2; new.z := 3; return a; end",
        "begin raise sqlstate '01000' using message = 'a'; end",
        "begin raise division_by_zero; raise notice 'a % b', 1; raise; end",
        "begin for r in execute format('select %I', 'a') loop return next r; end loop; end",
    ],
)
def test_what_only_the_server_knows_is_no_fault(body: str) -> None:
    assert Found(f"create function f() returns int language plpgsql as $a$ {body} $a$;").fault is None
    assert Found("create function f() returns int language plpython3u as $$ return 1 + $$;").fault is None
