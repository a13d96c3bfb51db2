"""`[[waive]]` and `seatrial-baseline.json`: what can be read, what each claims, and what is said of the rest."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from seatrial.errors import CannotRun
from seatrial.model.finding import Finding, Level
from seatrial.model.place import Place
from seatrial.project.baseline import BASELINE, baseline_of, baseline_text, entry_of, read_baseline
from seatrial.project.release import read_release
from seatrial.project.settings import read_settings
from seatrial.project.waivers import waivers_of

if TYPE_CHECKING:
    from pathlib import Path

    from seatrial.model.claim import Claim

GOOD = {"code": '"TXN001"', "file": '"*_a.sql"', "until": "2027-03-01", "because": '"it is small"'}


def claims(folder: Path, text: str) -> tuple[Claim, ...]:
    path = folder / "seatrial.toml"
    path.write_bytes(text.encode())
    return waivers_of(read_settings(path).waive, path)


def entry(**changes: str) -> str:
    lines = [f"{key} = {value}" for key, value in (GOOD | changes).items() if value]
    return "\n".join(["[[waive]]", *lines, ""])


def test_each_entry_is_a_waiver_at_its_heading(tmp_path: Path) -> None:
    text = (
        '# é\n[project]\nname = "a"\n\n'
        + entry()
        + "\n"
        + entry(code='"TXN001-0123abcd"', file="", until='"2027-03-02"')
    )

    one, other = claims(tmp_path, text)

    assert (one.code, one.files, one.until, one.because) == ("TXN001", "*_a.sql", "2027-03-01", "it is small")
    assert (other.code, other.files, other.until) == ("TXN001-0123abcd", "", "2027-03-02")
    assert [text[claim.offset :].startswith("[[waive]]") for claim in (one, other)] == [True, True]
    assert one.offset < other.offset
    assert one.script.source.path == "seatrial.toml"


def test_entries_written_as_a_list_have_one_place(tmp_path: Path) -> None:
    text = "waive = [{ " + ", ".join(f"{key} = {value}" for key, value in GOOD.items()) + " }]\n"

    [one] = claims(tmp_path, text)

    assert one.offset == 0


@pytest.mark.parametrize(
    ("changes", "where", "why"),
    [
        ({"because": ""}, "waive.0.because", "Field required"),
        ({"because": '" "'}, "waive.0.because", "say why it may stay"),
        ({"until": ""}, "waive.0.until", "Field required"),
        ({"until": '"soon"'}, "waive.0.until", "give the last day"),
        ({"until": "2027"}, "waive.0.until", "give the last day"),
        ({"until": "2027-03-01T00:00:00Z"}, "waive.0.until", "give the last day"),
        ({"until": '"2027-02-29"'}, "waive.0.until", "valid date"),
        ({"code": ""}, "waive.0.code", "Field required"),
        ({"code": '"everything"'}, "waive.0.code", "match pattern"),
        ({"file": ""}, "waive.0", "say in which files"),
        ({"reason": '"it is small"'}, "waive.0.reason", "no such setting"),
    ],
)
def test_an_entry_that_cannot_be_used_names_its_place(
    changes: dict[str, str], where: str, why: str, tmp_path: Path
) -> None:
    with pytest.raises(CannotRun) as caught:
        claims(tmp_path, entry(**changes))

    assert caught.value.where.endswith(f"seatrial.toml: {where}")
    assert why in caught.value.why


def test_a_waiver_does_not_make_it_another_release(tmp_path: Path) -> None:
    migrations = tmp_path / "supabase" / "migrations"
    migrations.mkdir(parents=True)
    (migrations / "1_a.sql").write_text("select 1;")
    before = read_release(tmp_path)

    (tmp_path / "seatrial.toml").write_text(entry())
    after = read_release(tmp_path)

    assert (len(before.waivers), len(after.waivers)) == (0, 1)
    assert before.settings == after.settings


# The baseline ---------------------------------------------------------------------------------------------


def found(key: str, what: str = "w") -> Finding:
    place = Place(path="supabase/migrations/20250122120000_a.sql", line=3)
    return Finding(code=key[:6], name="", level=Level.WARNS, what=what, place=place, effect="", fix="", key=key)


def test_a_baseline_is_sorted_with_an_entry_a_line_and_comes_back(tmp_path: Path) -> None:
    findings = [found("TXN003-00000002", 'a "quoted" é'), found("TXN001-00000001")]

    text = baseline_text(map(entry_of, findings))
    (tmp_path / BASELINE).write_text(text, encoding="utf-8")

    assert text == baseline_text(map(entry_of, [*findings[::-1], findings[0]]))
    assert text.splitlines()[1] == '{"key": "TXN001-00000001", "file": "20250122120000_a.sql", "what": "w"},'
    assert json.loads(text)["format"] == 1
    assert read_baseline(tmp_path) is not None
    assert [(one.code, one.until) for one in baseline_of(tmp_path)] == [
        ("TXN001-00000001", ""),
        ("TXN003-00000002", ""),
    ]
    assert [text.count("\n", 0, one.offset) for one in baseline_of(tmp_path)] == [1, 2]


def test_an_empty_baseline_is_not_the_same_as_none(tmp_path: Path) -> None:
    assert read_baseline(tmp_path) is None

    (tmp_path / BASELINE).write_text(baseline_text([]), encoding="utf-8")

    assert read_baseline(tmp_path) == ()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b"\0",
        b'{"format": 2, "findings": []}',
        b'{"format": "1", "findings": []}',
        b'{"format": 1}',
        b'{"format": 1, "findings": [{"key": "TXN001", "file": "a", "what": "b"}]}',
        b'{"format": 1, "findings": [{"key": "TXN001-00000000"}]}',
        b'{"format": 1, "findings": [{"key": "TXN001-00000000", "file": "a", "what": "b", "more": 1}]}',
        b'{"format": 1, "findings": [\n<<<<<<< HEAD\n]}',
        b"[" * 100_000,
    ],
)
def test_a_file_that_seatrial_did_not_write_is_an_error_with_a_next_command(content: bytes, tmp_path: Path) -> None:
    (tmp_path / BASELINE).write_bytes(content)

    with pytest.raises(CannotRun) as caught:
        read_baseline(tmp_path)

    assert caught.value.code == "baseline-file.malformed"
    assert caught.value.where.endswith(BASELINE)
    assert caught.value.why
    assert "--write-baseline" in caught.value.fix


def test_a_folder_in_its_place_is_an_error_too(tmp_path: Path) -> None:
    (tmp_path / BASELINE).mkdir()

    with pytest.raises(CannotRun):
        read_baseline(tmp_path)
