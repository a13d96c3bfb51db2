"""Which failures come of which."""

from __future__ import annotations

from seatrial.model.failure import Failure
from seatrial.model.place import Place
from seatrial.rehearsal.consequences import with_consequences


def failed(sqlstate: str, message: str) -> Failure:
    return Failure(
        version="1", place=Place(path="a.sql"), statement="x", sqlstate=sqlstate, message=message, detail="", hint="",
        context="",
    )  # fmt: skip


def roots(*pairs: tuple[Failure, set[str]]) -> list[tuple[int | None, int]]:
    found = with_consequences([failure for failure, _ in pairs], [frozenset(names) for _, names in pairs])
    return [(one.comes_of, one.consequences) for one in found]


def test_what_was_not_made_is_missed() -> None:
    assert roots(
        (failed("42601", "syntax"), {"boats", "boats.id"}),
        (failed("42P01", 'relation "public.boats" does not exist'), {"by_name"}),
        (failed("42703", 'column "id" of relation "boats" does not exist'), set()),
        (failed("42704", 'index "by_name" does not exist'), set()),
    ) == [(None, 3), (0, 0), (0, 0), (0, 0)]


def test_what_nobody_makes_is_a_cause_of_its_own() -> None:
    assert roots(
        (failed("42601", "syntax"), {"boats"}),
        (failed("42P01", 'relation "crew" does not exist'), set()),
        (failed("22012", "division by zero"), set()),
    ) == [(None, 0), (None, 0), (None, 0)]


def test_the_first_who_failed_to_make_it_is_the_cause() -> None:
    assert roots(
        (failed("22012", "division by zero"), {"boats"}),
        (failed("23505", "duplicate"), {"boats"}),
        (failed("42883", "function boats(integer) does not exist"), set()),
    ) == [(None, 1), (None, 0), (0, 0)]
