"""Versions: which are times, which of those exist, and which one is next."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.rules.versions import fitting, following, is_time, mended, time_fault

_DIGITS = st.text("0123456789", min_size=1, max_size=18)
_TIMES = st.from_regex(r"(19|20)[0-9]{6,16}|[0-9]{14}", fullmatch=True).filter(str.isascii)


@pytest.mark.parametrize(
    ("version", "fault"),
    [
        ("20250930120000", ""),
        ("20250931120000", "September has 30 days"),
        ("20250229", "February 2025 has 28 days"),
        ("20240229", ""),
        ("20251301000000", "there is no month 13"),
        ("20250001000000", "there is no month 00"),
        ("20250100000000", "January has 31 days"),
        ("20250122240000", "there is no hour 24"),
        ("20250122236000", "there is no minute 60"),
        ("20250122235960", "there is no second 60"),
        ("202501222460", "there is no hour 24"),
        ("00000101000000", "there is no year 0000"),
        ("2025012212000", "it has 13 digits; a date has 8, a date with a time has 14"),
        ("2025012201", ""),
        ("20250122120000123", ""),
        ("0001", ""),
        ("42", ""),
        ("1737547200", ""),
        ("1737547200000", ""),
    ],
)
def test_a_version_that_is_no_time_says_why(version: str, fault: str) -> None:
    assert time_fault(version) == fault


@pytest.mark.parametrize(
    ("version", "better"),
    [
        ("20250931120000", "20250930235959"),
        ("20250229", "20250228"),
        ("20251301000000", "20251231235959"),
        ("20250001000000", "20250101000000"),
        ("20250122240000", "20250122235959"),
        ("20250122126010", "20250122125959"),
        ("20250122120099", "20250122120059"),
        ("2025012212000", "20250122120000"),
        ("202501221200001", "20250122120000"),
        ("00000101000000", "00010101000000"),
    ],
)
def test_the_last_time_before_a_wrong_one(version: str, better: str) -> None:
    assert mended(version) == better


@given(_TIMES)
def test_what_is_mended_is_a_time(version: str) -> None:
    assert is_time(version)
    assert time_fault(mended(version)) == ""


@pytest.mark.parametrize(
    ("version", "successor"),
    [
        ("20250122235959", "20250123000000"),
        ("20241231", "20250101"),
        ("202501222359", "202501230000"),
        ("0009", "0010"),
        ("99991231235959", "99991231235960"),
        ("2025012209", "2025012210"),
    ],
)
def test_the_next_version_is_of_the_same_kind(version: str, successor: str) -> None:
    assert following(version, ()) == successor


def test_what_is_taken_is_passed_over() -> None:
    assert following("0001", {"0002", "0003"}) == "0004"


@given(_DIGITS, st.sets(_DIGITS, max_size=5))
def test_what_follows_is_free_and_later_as_a_number(version: str, taken: set[str]) -> None:
    found = following(version, taken)

    assert found not in taken
    assert int(found) > int(version)


@pytest.mark.parametrize(
    ("floor", "ceiling", "found"),
    [
        ("", "", "20250930235959"),
        ("20250930120000", "20251001000000", "20250930235959"),
        ("20250930235959", "20251001000000", "20251001000000"),
        ("20250930235959", "", "20251001000000"),
        ("20250101000000", "20250930000000", "20250101000001"),
        ("", "20250930000000", "20250930235959"),
    ],
)
def test_a_wish_gives_way_to_its_neighbours(floor: str, ceiling: str, found: str) -> None:
    assert fitting("20250930235959", floor=floor, ceiling=ceiling) == found
