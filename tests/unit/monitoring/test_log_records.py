"""A log is cut into records and read, whatever it has in it."""

from __future__ import annotations

import csv
import io
import json
import random

import pytest

from seatrial.monitoring.logs.clock import Clock
from seatrial.monitoring.logs.entry import FORMATS, time_of

UTC = Clock("UTC")
ERROR = {
    "timestamp": "2026-03-01 09:00:00.250 UTC", "user": "app", "dbname": "shop", "pid": 7, "error_severity": "ERROR",
    "state_code": "23505", "message": 'duplicate key value violates unique constraint "contacts_email_key"',
    "detail": "Key (email)=(ann@example.com) already exists.",
    "statement": "INSERT INTO contacts\nVALUES ('ann, \"a\"')",
    "application_name": "shop", "query_id": -5,
}  # fmt: skip
PLAIN = ERROR | {"error_severity": "LOG", "state_code": "00000", "message": 'an "error_severity":"ERROR" of nobody'}


def _json(*entries: dict[str, object]) -> bytes:
    return b"".join(json.dumps(one, separators=(",", ":")).encode() + b"\n" for one in entries)


def _csv(*entries: dict[str, object]) -> bytes:
    text = io.StringIO()
    for one in entries:
        row: list[object] = [""] * 26
        for place, name in {
            0: "timestamp", 1: "user", 2: "dbname", 3: "pid", 11: "error_severity", 12: "state_code", 13: "message",
            14: "detail", 19: "statement", 22: "application_name", 25: "query_id",
        }.items():  # fmt: skip
            row[place] = one[name]
        csv.writer(text, lineterminator="\n").writerow(row)
    return text.getvalue().encode()


WRITERS = {".json": _json, ".csv": _csv}


def _read(ending: str, content: bytes, step: int = 10_000) -> list[tuple[str, str]]:
    pieces = (content[at : at + step] for at in range(0, len(content), step))
    entries = (FORMATS[ending].entry(record, UTC) for record in FORMATS[ending].records(pieces))
    return [(one.sqlstate, one.statement) for one in entries if one]


@pytest.mark.parametrize("ending", [".json", ".csv"])
@pytest.mark.parametrize("step", [1, 7, 10_000])
def test_errors_are_found_among_other_lines_however_they_are_cut(ending: str, step: int) -> None:
    content = WRITERS[ending](PLAIN, ERROR, PLAIN, ERROR)

    assert _read(ending, content, step) == [("23505", ERROR["statement"])] * 2


@pytest.mark.parametrize("ending", [".json", ".csv"])
def test_what_is_not_written_to_its_end_is_left_for_later(ending: str) -> None:
    content = WRITERS[ending](ERROR, ERROR)

    records = list(FORMATS[ending].records([content[:-5]]))

    assert b"".join(records) == WRITERS[ending](ERROR)


def test_a_record_in_the_middle_of_nothing_is_found_again() -> None:
    content = _csv(ERROR, ERROR)

    assert len(_read(".csv", content[100:])) == 1


def test_who_sends_a_statement_writes_no_error_into_the_log() -> None:
    forged = _csv(ERROR | {"state_code": "42501"}).decode()
    sent = ERROR | {"statement": f"SELECT '\n{forged}\n'"}

    assert [state for state, _ in _read(".csv", _csv(sent, ERROR))] == ["23505", "23505"]


@pytest.mark.parametrize(
    ("severity", "state", "errors"),
    [
        ("ERROR", "22012", 1), ("FATAL", "53300", 1), ("PANIC", "XX000", 1), ("FEHLER", "22012", 1),
        ("WARNING", "25P01", 0), ("LOG", "08006", 0), ("LOG", "00000", 0), ("WARNUNG", "01000", 0),
        ("DEBUG1", "00000", 0), ("ERROR", "no code", 0),
    ],
)  # fmt: skip
def test_an_error_is_told_by_its_severity_and_else_by_its_code(severity: str, state: str, errors: int) -> None:
    content = _csv(ERROR | {"error_severity": severity, "state_code": state})

    assert len(_read(".csv", content)) == errors


@pytest.mark.parametrize(
    ("zone", "text", "seconds"),
    [
        ("UTC", "2026-03-01 09:00:00.250 UTC", 1772355600.25),
        ("Europe/Berlin", "2026-03-01 10:00:00.250 CET", 1772355600.25),
        ("Asia/Tokyo", "2026-03-01 18:00:00.250 JST", 1772355600.25),
        ("America/Sao_Paulo", "2026-03-01 06:00:00.250 -03", 1772355600.25),
        ("No/Such", "2026-03-01 09:00:00.250 UTC", 1772355600.25),
        ("Europe/Berlin", "2026-10-25 02:30:00.000 CEST", 1792888200.0),
        ("Europe/Berlin", "2026-10-25 02:30:00.000 CET", 1792891800.0),
    ],
)
def test_times_are_read_in_the_zone_of_the_log(zone: str, text: str, seconds: float) -> None:
    assert Clock(zone).seconds(text) == seconds


def test_the_time_of_a_record_is_known_in_both_formats() -> None:
    assert time_of(_json(PLAIN), UTC) == time_of(_csv(PLAIN), UTC) == 1772355600.25
    assert time_of(b"VALUES (1)\n", UTC) is None


@pytest.mark.parametrize("ending", [".json", ".csv"])
def test_mutated_lines_are_read_or_left_out_and_never_raise(ending: str) -> None:
    chance = random.Random(8)  # noqa: S311 - mutations, each time the same
    whole = WRITERS[ending](ERROR, PLAIN, ERROR)
    for _ in range(2_000):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(content))
            match chance.randint(0, 3):
                case 0:
                    content[at] = chance.randrange(256)
                case 1:
                    del content[at : at + chance.randint(1, 40)]
                case 2:
                    content[at:at] = chance.choice(
                        [b'"', b"\n", b"\\ud800", b"\\u0000", b"\0", b"\xff", b"{", b",", b"9" * 400]
                    )
                case _:
                    content[at:at] = content[: chance.randrange(len(content))]
            content = content or bytearray(b"\n")

        for state, statement in _read(ending, bytes(content)):
            assert len(state) == 5
            statement.encode()
