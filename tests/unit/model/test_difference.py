"""What a release changes for whom, in sentences."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.unit.model.matrices import ALLOWED, BLOCKED, KINDS, UNDECIDED, WORLD, cell, matrix

from seatrial.model.difference import difference
from seatrial.model.rows import NotFilled

if TYPE_CHECKING:
    from seatrial.model.isolation import Cell, Observed

SIGNED_IN = [kind.name for kind in KINDS if kind.user]
READ = "read rows of own tenant"


def cells(action: str, can: list[str], *, subject: str = "public.contacts", others: Observed = BLOCKED) -> list[Cell]:
    """Of all kinds; those who can, can."""
    return [cell(kind.name, action, ALLOWED if kind.name in can else others, subject=subject) for kind in KINDS]


def said(before: list[Cell], after: list[Cell]) -> list[str]:
    return [change.sentence for change in difference(matrix(*before), matrix(*after))]


def test_where_nothing_changes_there_is_nothing_to_say() -> None:
    assert said(cells(READ, ["viewer"]), cells(READ, ["viewer"])) == []


def test_rows_of_others_can_also_be_counted() -> None:
    counting = "count rows of others"

    assert said(cells(counting, []), cells(counting, ["member"])) == ["Members can now count contacts of others."]


def test_who_gains_is_named_and_what_they_do_with_the_same_rows_is_one_sentence() -> None:
    adding = "add a row to own tenant"
    before = cells(READ, []) + cells(adding, [])
    after = cells(READ, ["member", "admin"]) + cells(adding, ["member", "admin"])

    assert said(before, after) == ["Members and admins can now read and add contacts of their own organization."]


def test_people_who_gain_different_things_have_different_sentences() -> None:
    before = cells(READ, []) + cells("delete rows of own tenant", [])
    after = cells(READ, ["viewer", "admin"]) + cells("delete rows of own tenant", ["admin"])

    assert said(before, after) == [
        "Viewers and admins can now read contacts of their own organization.",
        "Admins can now delete contacts of their own organization.",
    ]


def test_a_loss_names_the_losers_as_long_as_somebody_still_can() -> None:
    assert said(cells(READ, ["viewer", "admin"]), cells(READ, ["admin"])) == [
        "Viewers can no longer read contacts of their own organization."
    ]


def test_what_nobody_can_any_more_is_said_so() -> None:
    assert said(cells(READ, ["admin"]), cells(READ, [])) == [
        "Nobody signed in can any more read contacts of their own organization."
    ]
    assert said(cells(READ, ["admin", "anonymous"]), cells(READ, [])) == [
        "Nobody can any more read contacts of their own organization."
    ]


def test_everybody_is_not_listed() -> None:
    assert said(cells("read rows of another tenant", []), cells("read rows of another tenant", SIGNED_IN)) == [
        "Everybody signed in can now read contacts of another organization."
    ]
    assert said(cells("read", []), cells("read", [*SIGNED_IN, "anonymous"])) == [
        "Everybody, signed in or not, can now read contacts."
    ]


def test_a_subject_that_was_not_there_is_new_and_one_that_is_not_is_gone() -> None:
    before = cells(READ, ["viewer"], subject="public.old")
    after = cells(READ, ["viewer"], subject="public.fresh") + cells(READ, [], subject="private.secrets")

    assert said(before, after) == [
        "New: no user can do anything with private.secrets.",
        "New: viewers can read fresh of their own organization.",
        "Gone: old.",
    ]


def test_what_is_not_known_is_no_change_and_what_is_no_longer_known_is_said() -> None:
    unknown = cells(READ, [], others=UNDECIDED)

    assert said(unknown, cells(READ, ["viewer"])) == []
    assert said(cells(READ, ["viewer", "admin"]), [unknown[0], *cells(READ, ["admin"])[1:]]) == [
        "Nobody knows whether, after the release, viewers can read contacts of their own organization."
    ]


def test_a_table_that_could_not_be_filled_before_is_not_called_new() -> None:
    unfilled = (NotFilled(table="public.contacts", constraint="c", why="w"),)
    before = matrix(world=replace(WORLD, unfilled=unfilled))

    assert difference(before, matrix(*cells(READ, ["viewer"]))) == ()


def test_what_is_no_matter_of_rows_keeps_its_words() -> None:
    action = "call with another tenant's id"

    assert said(cells(action, [], subject="public.f(uuid)"), cells(action, ["admin"], subject="public.f(uuid)")) == [
        "Admins can now call with another organization's id (f(uuid))."
    ]


def test_a_tenant_is_called_what_it_is_called() -> None:
    change = difference(matrix(*cells(READ, [])), matrix(*cells(READ, ["user of no tenant"])), tenant="team")[0]

    assert change.sentence == "Users of no team can now read contacts of their own team."
    assert (change.subject, change.kinds, change.actions) == ("public.contacts", ("user of no tenant",), (READ,))
