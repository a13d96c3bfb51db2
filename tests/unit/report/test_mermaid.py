"""The entity diagram in Mermaid: what it says, and that no name breaks out of it.

That Mermaid's own parser takes these texts was tried by hand; the forms allowed here are those of its lexer.
"""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.report.drawing.references import column, key, schema, table

from seatrial.model.reference import Reference, ReferenceIndex
from seatrial.report.mermaid import mermaid

WORD = r"[A-Za-z_\u00c0-\uffff][A-Za-z0-9\-_\[\]()\u00c0-\uffff]*"
LINES = re.compile(
    r"erDiagram"
    r'|    t_\w*\["[^"%\\#<>~;`\x00-\x1f]+"\]'
    r"|    t_\w* \{|    \}"
    rf"|        {WORD} {WORD}( (PK|FK|UK)(, (PK|FK|UK))*)?"
    r'|    t_\w* (\|\||\|o)--(o\{|o\|) t_\w* : "[^"%\\#<>~;`\x00-\x1f]+"',
    re.ASCII,
)


def unique(name: str, *columns: str, where: str = "") -> ReferenceIndex:
    definition = f"CREATE UNIQUE INDEX {name} ON public.t USING btree ({', '.join(columns)}){where}"
    return ReferenceIndex(name=name, definition=definition, unique=True, constraint=False)


def test_tables_columns_and_keys_are_drawn() -> None:
    teams = table("teams", column("plan", "character varying(20)"), column("price", "numeric(12,2)"))
    members = table("members", column("team_id"), column("since", "timestamp with time zone"),
                    keys=(key("team_id", "public.teams"),))  # fmt: skip

    assert mermaid(schema(teams, members)) == (
        "erDiagram\n"
        '    t_teams["teams"]\n'
        '    t_members["members"]\n'
        "    t_teams {\n"
        "        uuid id PK\n"
        "        varchar(20) plan\n"
        "        numeric(12\N{FULLWIDTH COMMA}2) price\n"
        "    }\n"
        "    t_members {\n"
        "        uuid id PK\n"
        "        uuid team_id FK\n"
        "        timestamptz since\n"
        "    }\n"
        '    t_teams ||--o{ t_members : "team_id"\n'
    )


def test_a_key_that_may_be_null_has_one_parent_or_none() -> None:
    found = table("t", column("up", nullable=True), keys=(key("up", "public.t"),))

    assert '    t_t |o--o{ t_t : "up"' in mermaid(schema(found))


def test_a_unique_key_has_one_child_at_most() -> None:
    found = table("t", column("up"), keys=(key("up", "public.t"),))
    whole = replace(found, indexes=(unique("one", "up"),))
    part = replace(found, indexes=(unique("one", "up", where=" WHERE (id IS NOT NULL)"),))
    wider = replace(found, indexes=(unique("one", "up", "id"),))

    assert "||--o|" in mermaid(schema(whole))
    assert "uuid up FK, UK" in mermaid(schema(whole))
    assert "||--o{" in mermaid(schema(part))
    assert "||--o{" in mermaid(schema(wider))


def test_a_table_of_the_platform_is_drawn_without_columns_and_a_view_not_at_all() -> None:
    found = table("profiles", column("user_id"), keys=(key("user_id", "auth.users"),))
    view = replace(table("overview"), kind="view")

    drawn = mermaid(schema(found, view))

    assert '    t_auth_users["auth.users"]' in drawn
    assert "t_auth_users {" not in drawn
    assert "overview" not in drawn


def test_two_names_that_differ_only_in_what_is_refused_stay_two_tables() -> None:
    drawn = mermaid(schema(table("a b"), table("a-b")))

    assert '    t_a_b["a b"]\n    t_a_b_2["a-b"]' in drawn


def test_a_column_named_like_a_kind_of_key_is_a_name() -> None:
    assert "        text _pk\n" in mermaid(schema(table("t", column("pk", "text"))))


def test_no_table_is_an_empty_diagram() -> None:
    assert mermaid(Reference()) == "erDiagram\n"


@settings(deadline=None)
@given(name=st.text(st.characters(), min_size=1), type_=st.text(st.characters()))
def test_no_name_breaks_out_of_its_place(name: str, type_: str) -> None:
    found = schema(table(name, column(name, type_), keys=(key(name, f"other.{name}"),)))

    lines = mermaid(found).removesuffix("\n").split("\n")

    assert [line for line in lines if not LINES.fullmatch(line)] == []
    assert not any(re.search(r"direction\s+(TB|BT|RL|LR)", line) for line in lines)
