"""A waiver key stays while a file is reformatted and grows, and tells apart what is not the same."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from seatrial.model.finding import Finding, Level
from seatrial.model.lexis import spans
from seatrial.model.place import Place
from seatrial.model.source import Encoding, Source
from seatrial.rules.hit import Hit
from seatrial.rules.key import keyed
from seatrial.sql.parse import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.model.source import Script

STATEMENTS = (
    "create table public.notes (id bigint primary key, body text default 'a  --  B')",
    'alter table "Odd Name" add column a numeric(10, 2) not null default 1.5',
    "create index notes_body on public.notes (lower(body)) where body <> ''",
    "select $x$ a  string $x$, e'\\n', U&'d\\0061t', \"A b\" from t where a >= -1 and b::text = 'é🚢'",
    "do $$ begin perform 1; update a set b = case when c then 1 else 2 end; end $$",
    """create function public.f(a int) returns int language plpgsql as $body$
declare b int := 1;
begin
  if a > 1 then
    delete from x;
  else
    update x set y = 'A';
  end if;
  return query select * from z; -- all
end
$body$""",
    "create function g() returns int begin atomic select 1; select y from x; end",
)
LAYOUT = st.sampled_from(
    ["", " ", "\n", "\r\n\t", " -- a comment\n", "/* a; 'comment */", " /* of /* two */ levels */ "]
)


def script_of(text: str, name: str = "20250122120000_notes.sql", folder: str = "m") -> Script:
    path = f"{folder}/{name}"
    return parse(Source(path=path, version=name[:14], name="notes", encoding=Encoding.UTF8, text=text))


def keys(script: Script, offsets: Sequence[int | None], subject: str = "", code: str = "LCK001") -> list[str]:
    place = Place(path=script.source.path)
    finding = Finding(code=code, name="", level=Level.WARNS, what="", place=place, effect="", fix="")
    hits = [Hit(script=script, offset=at, what="w", effect="e", fix="f", subject=subject) for at in offsets]
    return [one.key for one in keyed([(finding, hit) for hit in hits])]


def reformatted(text: str, layouts: list[str], seed: int) -> str:
    """The same statement with other white space, comments and capitals."""
    chance = random.Random(seed)  # noqa: S311 - a layout
    pieces: list[str] = []
    last = ""
    for kind, token in _tokens(text):
        if kind != "space":
            layout = chance.choice(layouts)
            # Two words stay two.
            pieces.append(layout if layout or not _joins(last, token) else " ")
            pieces.append(chance.choice([token, token.upper(), token.lower()]) if kind == "word" else token)
            last = token
    return "".join(pieces)


def _joins(left: str, right: str) -> bool:
    return bool(left and right and re.match(r"[\w$'\"&]", left[-1]) and re.match(r"[\w$'\"]", right[0]))


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    for span in (*spans(text), None):
        plain = text[at : span.start] if span else text[at:]
        for token in re.findall(r"\d+\.\d+|U&$|[\w$]+|\s+|::|:=|<>|>=|->>?|&&|[|]{2}|.", plain, re.DOTALL):
            kind = "space" if token.isspace() else "word" if re.match(r"[a-z]", token) else "sign"
            found.append((kind, token))
        if span and "comment" not in span.kind:
            found.append(("quoted", text[span.start : span.end]))
        at = span.end if span else at
    return found


@pytest.mark.parametrize("number", range(len(STATEMENTS)))
@given(st.lists(LAYOUT, min_size=1, max_size=4), st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_a_key_does_not_change_when_a_statement_is_reformatted(number: int, layouts: list[str], seed: int) -> None:
    before = script_of(f"{STATEMENTS[number]};")
    after = script_of(f"{reformatted(STATEMENTS[number], layouts, seed)};")
    assume(after.fault is None)

    assert keys(after, [after.statements[0].start]) == keys(before, [0])


def test_reformatting_is_really_tried() -> None:
    """Nearly every layout has to be one that the grammar takes, or the property above says nothing."""
    layouts = [" ", "\n", " -- a comment\n", "/* a; 'comment */"]
    tried = [script_of(reformatted(text, layouts, seed)) for text in STATEMENTS for seed in range(10)]

    assert sum(script.fault is None for script in tried) > 0.9 * len(tried)
    assert len({script.source.text for script in tried}) > 0.9 * len(tried)


@given(
    st.integers(0, len(STATEMENTS) - 1),
    st.lists(st.sampled_from(["select 1", "-- a comment\nselect 2", "create table other (id int)"]), max_size=4),
    st.lists(st.sampled_from(["select 3", "vacuum", "/* ; */ select 4"]), max_size=4),
)
@settings(max_examples=100, deadline=None)
def test_a_key_does_not_change_when_statements_come_before_and_after(
    number: int, before: list[str], after: list[str]
) -> None:
    alone = script_of(f"{STATEMENTS[number]};")
    among = script_of("\n".join(f"{statement};" for statement in (*before, STATEMENTS[number], *after)))

    assert keys(among, [among.statements[len(before)].start]) == keys(alone, [0])


def test_the_body_of_a_do_block_is_a_statement_too() -> None:
    one, other = "do $$ begin perform 1; end $$;", "DO $x$\nBEGIN\n  -- why\n  perform   1 ;\nend\n$x$;"

    assert keys(script_of(one), [0, one.index("perform")]) == keys(script_of(other), [0, other.index("perform")])


PLACES = ("delete from x", "update x set y", "return query select")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("begin\n", "begin\n  perform 1;\n"),
        ("declare b int := 1;", "declare\n  c int;\n  b int := 1;"),
        ("    delete from x;", "    -- why\n    delete\n      FROM x /* all */;"),
        ("  return query", "  perform 2; return   QUERY"),
        ("returns int", "returns\n  int -- a number\n"),
        ("$body$", "$$"),
    ],
)
def test_a_key_in_a_body_does_not_change_when_the_body_does(place: str, old: str, new: str) -> None:
    text = f"{STATEMENTS[5]};"
    changed = text.replace(old, new)
    pattern = place.replace(" ", r"\s+(?:--.*\n)?")
    found = re.search(pattern, changed, re.IGNORECASE)
    assert found
    assert changed != text

    assert keys(script_of(changed), [found.start()]) == keys(script_of(text), [text.index(place)])


def test_places_in_one_body_have_keys_of_their_own() -> None:
    text = f"{STATEMENTS[5]};"

    found = keys(script_of(text), [0, *(text.index(place) for place in PLACES)])

    assert len(set(found)) == 4


def test_the_same_statement_in_two_functions_has_two_keys_that_stay() -> None:
    one, two = (f"create function {name}() returns void language sql as 'delete from x';\n" for name in "ab")
    both, alone = one + two, keys(script_of(two), [two.index("delete")])
    first, second = both.index("delete"), both.rindex("delete")

    assert keys(script_of(both), [second]) == alone
    assert len(set(keys(script_of(both), [first, second]))) == 2


def test_equal_statements_are_told_apart_by_their_order_whoever_else_is_found() -> None:
    script = script_of("select 1;\nselect 2;\nSELECT  1;\n")
    first, _, third = (statement.start for statement in script.statements)

    assert keys(script, [third, first]) == keys(script, [third]) + keys(script, [first])
    assert len(set(keys(script, [first, third]))) == 2
    assert len(set(keys(script, [first, first + 7]))) == 2


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("select a", "select b"),
        ('select "A"', "select a"),
        ("select 'A'", "select 'a'"),
        ("select 'a  b'", "select 'a b'"),
        ("select $$a  b$$", "select $$a b$$"),
        ("select a b", "select ab"),
        ("create function f(a int) returns int language sql as 'select 1'",
         "create function f(a text) returns int language sql as 'select 1'"),
        ("do $$ begin perform 1; end $$", "do $$ begin perform 2; end $$"),
    ],
)  # fmt: skip
def test_what_means_another_thing_has_another_key(text: str, other: str) -> None:
    assert keys(script_of(text), [0]) != keys(script_of(other), [0])


def test_a_key_rests_on_the_subject_where_there_is_one() -> None:
    one, other = script_of("select 1;\nselect 2;"), script_of("-- new\nselect 3;\n\nselect 4;")

    assert keys(one, [0, 10], subject="public.a") == keys(other, [7, 18], subject="public.a")
    assert keys(one, [0], subject="public.a") != keys(one, [0], subject="public.b")


def test_a_key_is_of_one_code_and_one_file_wherever_that_lies() -> None:
    text = "select 1;"
    [key] = keys(script_of(text), [0])

    assert re.fullmatch(r"LCK001-[0-9a-f]{8}", key)
    assert [key] == keys(script_of(text, folder="elsewhere/migrations"), [0])
    assert [key] != keys(script_of(text, name="20250122120001_notes.sql"), [0])
    assert key[6:] != keys(script_of(text), [0], code="LCK002")[0][6:]
    assert [key] != keys(script_of(text), [None])


def test_a_statement_of_a_file_that_cannot_be_parsed_has_a_key() -> None:
    script = script_of("select 1;\nselec 2;\n")
    assert script.fault

    assert keys(script, [10]) == keys(script_of("-- c\nselec  2;\nselec 3"), [5])
