"""Hours in which something may be changed, on the clocks of one place: over midnight, and when the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from seatrial.deployment.window import opens, read_window, wait_until_open
from seatrial.errors import CannotRun


def at(text: str) -> datetime:
    """A moment of UTC."""
    return datetime.fromisoformat(f"{text}+00:00")


@pytest.mark.parametrize(
    ("window", "moment", "is_open"),
    [
        ("02:00-04:00", "2026-03-01T01:59:59", False),
        ("02:00-04:00", "2026-03-01T02:00:00", True),
        ("02:00-04:00", "2026-03-01T03:59:59.999999", True),
        ("02:00-04:00", "2026-03-01T04:00:00", False),
        ("02:00-04:00 UTC", "2026-03-01T02:30:00", True),
        # Over midnight.
        ("22:00-02:00", "2026-03-01T21:59:59", False),
        ("22:00-02:00", "2026-03-01T22:00:00", True),
        ("22:00-02:00", "2026-03-02T00:00:00", True),
        ("22:00-02:00", "2026-03-02T01:59:59", True),
        ("22:00-02:00", "2026-03-02T02:00:00", False),
        ("22:00-00:00", "2026-03-01T23:59:59", True),
        ("22:00-00:00", "2026-03-02T00:00:00", False),
        ("00:00-23:59", "2026-03-01T23:59:30", False),
        # In winter Rome is an hour ahead of UTC, in summer two.
        ("02:00-04:00 Europe/Rome", "2026-01-15T00:59:59", False),
        ("02:00-04:00 Europe/Rome", "2026-01-15T01:00:00", True),
        ("02:00-04:00 Europe/Rome", "2026-07-15T00:00:00", True),
        ("02:00-04:00 Europe/Rome", "2026-07-15T02:00:00", False),
        ("22:00-02:00 America/New_York", "2026-07-15T05:59:59", True),
    ],
)
def test_it_is_open_from_its_begin_to_before_its_end(window: str, moment: str, *, is_open: bool) -> None:
    assert read_window(window).is_open(at(moment)) is is_open


@pytest.mark.parametrize(
    ("night", "minutes"),
    [("2026-03-28T20:00", 60), ("2026-10-24T20:00", 180), ("2026-06-01T20:00", 120)],
    ids=["an hour is missing", "an hour comes twice", "any night"],
)
def test_on_the_nights_when_the_clocks_change_it_follows_the_clocks(night: str, minutes: int) -> None:
    """What the clocks skip is not there, and what they show twice is open twice."""
    window = read_window("02:00-04:00 Europe/Rome")
    moments = [at(night) + timedelta(minutes=minute) for minute in range(12 * 60)]
    assert sum(window.is_open(moment) for moment in moments) == minutes


def test_a_window_in_the_hour_that_is_skipped_is_not_open_that_night() -> None:
    window = read_window("02:15-02:45 Europe/Rome")
    moments = [at("2026-03-28T20:00") + timedelta(minutes=minute) for minute in range(24 * 60)]
    assert not any(window.is_open(moment) for moment in moments)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "two times and a place are wanted"),
        ("02:00", "two times and a place are wanted"),
        ("2:00-4:00", "two times and a place are wanted"),
        ("02:00-04:00 Europe/Rome please", "two times and a place are wanted"),
        ("02:00-24:00", "hour must be in 0..23"),
        ("02:60-04:00", "minute must be in 0..59"),
        ("02:00-02:00", "it begins when it ends"),
        ("02:00-04:00 Europe/Atlantis", "No time zone found with key Europe/Atlantis"),
        ("02:00-04:00 ../../etc/passwd", ""),
        ("02:00-04:00 /etc/localtime", ""),
        ("02:00-04:00 Europe", ""),
        ("02:00-04:00 \0", ""),
        ("\u0660\u0662:00-\u0660\u0664:00", "two times and a place are wanted"),
    ],
)
def test_what_is_none_is_refused(text: str, why: str) -> None:
    with pytest.raises(CannotRun) as refused:
        read_window(text)
    assert refused.value.code == "deploy.window"
    assert why in refused.value.why


@pytest.mark.parametrize("text", ["  02:00 - 04:00   Europe/Rome ", "02:00-04:00 Europe/Rome"])
def test_blanks_do_not_matter(text: str) -> None:
    assert read_window(text).is_open(at("2026-01-15T01:00:00"))


def test_one_that_is_open_is_not_waited_for() -> None:
    now = datetime.now(UTC)
    text = f"{now - timedelta(hours=1):%H:%M}-{now + timedelta(hours=1):%H:%M}"
    wait_until_open(read_window(text), pytest.fail, lambda _: pytest.fail("it waits"))


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-07-01T23:59:00", "2026-07-02T00:00:00"),
        ("2026-07-02T00:30:00", "2026-07-02T00:30:00"),
        ("2026-07-02T02:00:00", "2026-07-03T00:00:00"),
    ],
    ids=["a minute before", "while it is open", "right after it"],
)
def test_when_it_opens_next(moment: str, opening: str) -> None:
    assert opens(read_window("02:00-04:00 Europe/Rome"), at(moment)) == at(opening)
