"""The entity diagram: what it says, that it is well formed whatever things are called, and that nothing overlaps."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.report.drawing.references import column, key, schema, table

from seatrial.model.reference import Reference
from seatrial.report.drawing.boxes import BOX_WIDTH, box_of
from seatrial.report.drawing.changes import Mark, changes
from seatrial.report.drawing.entities import entities
from seatrial.report.drawing.layout import columns
from seatrial.report.drawing.wires import Diagram, placed

if TYPE_CHECKING:
    from collections.abc import Iterable

NOTHING = Reference()
TEAMS = table("teams", column("plan", "text"))
MEMBERS = table("members", column("team_id"), keys=(key("team_id", "public.teams"),))


def words(svg: str) -> list[str]:
    """Every text that is seen."""
    root = ET.fromstring(svg)  # noqa: S314 - our own
    return [(one[-1].tail if len(one) else one.text) or "" for one in root.iter("{http://www.w3.org/2000/svg}text")]


def diagram_of(before: Reference, after: Reference) -> Diagram:
    found = changes(before, after)
    return placed(columns([box_of(one) for one in found.tables], found.keys), found.keys, 40.0)


@st.composite
def schemas(draw: st.DrawFn) -> Reference:
    """Up to 30 tables with keys in every direction, circles and to themselves among them."""
    names = [f"t{number}" for number in range(draw(st.integers(1, 30)))]
    parents = st.lists(st.sampled_from([*names, "elsewhere"]), max_size=4, unique=True)
    return schema(
        *(
            table(
                name,
                *(column(f"{parent}_id") for parent in found),
                *(column(f"c{number}", "text") for number in range(draw(st.integers(0, 20)))),
                keys=tuple(key(f"{parent}_id", f"public.{parent}") for parent in found),
            )
            for name in names
            for found in [draw(parents)]
        )
    )


def test_what_is_new_changed_and_gone_is_marked() -> None:
    before = schema(TEAMS, table("old", column("x")), table("notes", column("size", "integer"), column("gone", "text")))
    after = schema(TEAMS, MEMBERS, table("notes", column("size", "bigint", nullable=True), column("more", "text")))

    shown = words(entities(before, after))

    for head in ("+ 1 new", "~ 1 changed", "\N{MINUS SIGN} 1 removed", "1 as it was"):
        assert head in shown
    assert [shown[shown.index(name) - 1] for name in ("members", "notes", "old")] == ["+", "~", "\N{MINUS SIGN}"]
    assert shown[shown.index("more") - 1] == "+"
    assert shown[shown.index("gone") - 1] == "\N{MINUS SIGN}"
    assert shown[shown.index("size") + 2] == "was integer, not null"


def test_indexes_and_policies_of_a_table_that_stays_are_counted() -> None:
    before, after = schema(table("t", indexes=("a", "b"))), schema(table("t", indexes=("b", "c", "d")))

    assert {"2 indexes", "1 index"} <= set(words(entities(before, after)))


def test_a_table_that_nothing_happened_to_is_drawn_only_where_a_changed_one_refers_to_it() -> None:
    before = schema(TEAMS, table("quiet"))

    shown = words(entities(before, schema(TEAMS, table("quiet"), MEMBERS)))

    assert "teams" in shown
    assert "quiet" not in shown
    assert "1 table that the release does not touch: not drawn." in shown


def test_where_nothing_changed_everything_is_drawn() -> None:
    assert {"teams", "members"} <= set(words(entities(schema(TEAMS, MEMBERS), schema(TEAMS, MEMBERS))))


def test_a_key_to_a_table_of_the_platform_is_drawn_too() -> None:
    found = schema(table("profiles", column("user_id"), keys=(key("user_id", "auth.users"),)))

    svg = entities(NOTHING, found)

    assert "auth.users" in words(svg)
    assert "public.profiles (user_id) → auth.users (id): new" in svg


def test_a_key_with_another_name_is_the_same_key() -> None:
    renamed = table("members", column("team_id"), keys=(key("team_id", "public.teams"),))

    assert {one.mark for one in changes(schema(TEAMS, MEMBERS), schema(TEAMS, renamed)).keys} == {Mark.SAME}


def test_unchanged_columns_of_a_changed_table_are_counted_not_shown() -> None:
    many = [column(f"c{number}", "text") for number in range(14)]

    shown = words(entities(schema(table("t", *many)), schema(table("t", *many, column("added", "text")))))

    assert "added" in shown
    assert "c3" not in shown
    assert "… 14 more columns" in shown


def test_no_table_is_a_sentence() -> None:
    assert "There is no table." in words(entities(NOTHING, NOTHING))


@settings(deadline=None)
@given(name=st.text(st.characters()), type_=st.text(st.characters()))
def test_any_name_gives_well_formed_xml(name: str, type_: str) -> None:
    found = schema(table(name, column(name, type_), keys=(key(name, f"public.{name}"),)))

    svg = entities(NOTHING, found)

    ET.fromstring(svg.encode())  # noqa: S314 - our own
    assert "<script" not in svg


@settings(max_examples=60, deadline=None)
@given(before=schemas(), after=schemas())
def test_boxes_do_not_overlap_and_no_line_runs_through_one(before: Reference, after: Reference) -> None:
    diagram = diagram_of(before, after)

    for one, other in combinations(diagram.boxes, 2):
        apart = one.right < other.left or other.right < one.left or one.bottom < other.top or other.bottom < one.top
        assert apart, (one.table.name, other.table.name)
    for wire in diagram.wires:
        for (x, y), (to_x, to_y) in zip(wire.points, wire.points[1:], strict=False):
            assert x == to_x or y == to_y
            for box in diagram.boxes:
                beside = max(x, to_x) <= box.left or min(x, to_x) >= box.left + BOX_WIDTH
                assert beside or max(y, to_y) < box.top or min(y, to_y) > box.bottom, (wire.key, box.table.name)


@settings(max_examples=30, deadline=None)
@given(before=schemas(), after=schemas())
def test_every_table_that_changed_and_every_key_of_it_is_drawn(before: Reference, after: Reference) -> None:
    found, diagram = changes(before, after), diagram_of(before, after)

    assert sorted(box.table.name for box in diagram.boxes) == sorted(one.name for one in found.tables)
    assert len(diagram.wires) == len(found.keys)
    assert _inside(diagram)


def test_the_order_in_which_tables_are_given_changes_nothing() -> None:
    tables = [table(f"t{number}", column("up"), keys=(key("up", f"public.t{number // 2}"),)) for number in range(12)]

    assert entities(NOTHING, schema(*tables)) == entities(NOTHING, schema(*reversed(tables)))


def test_colours_are_those_of_the_page_where_it_has_some() -> None:
    svg = entities(NOTHING, schema(TEAMS))

    assert "var(--accent,#" in svg
    assert not re.search(r'(fill|stroke)="#', svg)


def _inside(diagram: Diagram) -> bool:
    points: Iterable[tuple[float, float]] = (
        *((box.right, box.bottom) for box in diagram.boxes),
        *(point for wire in diagram.wires for point in wire.points),
    )
    return all(0 <= x <= diagram.width and 0 <= y <= diagram.height for x, y in points)
