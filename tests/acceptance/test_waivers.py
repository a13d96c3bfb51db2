"""Findings that may stay: waived beside the statement, in the settings, or in a baseline that only becomes shorter."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.acceptance.console import Answer, Console
    from tests.acceptance.release import Release

FILE = "20250301000000_boats.sql"
CUT = """begin;
create type public.mood as enum ('calm');
commit;{waiver}
begin;
create type public.wind as enum ('north');
commit;
"""
ROLLBACK = "select 1;\nrollback;{waiver}\n"
BASELINE = "seatrial-baseline.json"


def day(ahead: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=ahead)).isoformat()


def allow(code: str, until: str) -> str:
    return f" -- seatrial: allow {code} until {until} because the pier is closed"


def findings(answer: Answer, code: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answer.json["result"]["findings"]
    return [one for one in found if one["code"].startswith(code)]


def check(seatrial: Console, *words: str) -> Answer:
    return seatrial("check", "--format", "json", *words)


def test_a_waived_finding_does_not_count_and_stays_visible(release: Release, seatrial: Console) -> None:
    release.add({FILE: CUT.format(waiver=allow("TXN001", day(30)))})

    answer = check(seatrial)
    text = seatrial("check", code=0)

    assert findings(answer, "TXN") == findings(answer, "WVR") == []
    [waived] = answer.json["result"]["waived"]
    assert (waived["finding"]["code"], waived["finding"]["place"]["line"]) == ("TXN001", 3)
    assert waived["waiver"]["until"] == day(30)
    assert waived["waiver"]["because"] == "the pier is closed"
    assert waived["waiver"]["place"]["line"] == 3
    assert "1 waived" in text.out


def test_one_that_blocks_can_be_waived_until_its_last_day(release: Release, seatrial: Console) -> None:
    release.add({FILE: ROLLBACK.format(waiver=allow("TXN002", day(30)))})

    assert seatrial("check").code == 0
    assert seatrial("check", "--as-of", day(30)).code == 0
    over = check(seatrial, "--as-of", day(31))

    assert over.code == 1
    assert [one["code"] for one in findings(over)] == ["TXN002", "WVR001"]
    assert day(30) in findings(over, "WVR")[0]["what"]


def test_what_keeps_a_file_from_being_applied_cannot_be_waived(release: Release, seatrial: Console) -> None:
    release.add({FILE: f"selec 1;{allow('SYN001', day(30))}\n"})

    answer = check(seatrial)

    assert answer.code == 1
    assert [one["code"] for one in findings(answer)] == ["SYN001", "WVR003"]
    assert "SYN001 cannot be waived" in findings(answer, "WVR")[0]["what"]


def test_a_waiver_by_key_holds_when_the_file_is_reformatted(release: Release, seatrial: Console) -> None:
    release.add({FILE: CUT.format(waiver="")})
    [finding] = findings(check(seatrial), "TXN")
    release.write(
        "seatrial.toml", f'[[waive]]\ncode = "{finding["key"]}"\nuntil = {day(30)}\nbecause = "it is known"\n'
    )
    assert findings(check(seatrial)) == []

    release.add({FILE: "-- Boats.\n\n" + CUT.format(waiver="").upper().replace("\n", "\r\n  ")})
    answer = check(seatrial)

    assert findings(answer, "TXN") == []
    assert [one["waiver"]["place"]["path"] for one in answer.json["result"]["waived"]] == ["seatrial.toml"]


def test_a_setting_without_a_reason_is_refused_with_its_place(release: Release, seatrial: Console) -> None:
    release.add({FILE: CUT.format(waiver="")})
    release.write("seatrial.toml", f'[[waive]]\ncode = "TXN001"\nfile = "*.sql"\nuntil = {day(30)}\n')

    answer = seatrial("check", code=2)

    assert answer.error["code"] == "settings.invalid"
    assert answer.error["where"].endswith("waive.0.because")


@pytest.mark.parametrize("last", ["9999-12-31", "9998-12-31", "0001-01-01"])
def test_any_day_can_be_asked_about(last: str, release: Release, seatrial: Console) -> None:
    waiver = f"-- seatrial: waive DST005 until={day(30)} -- the data is in the archive\n"
    release.add({FILE: CUT.format(waiver=waiver)})

    assert seatrial("check", "--as-of", last).code in {0, 1}


@pytest.mark.parametrize("until", ["2026-02-30", "soon", ""])
def test_a_day_that_is_none_is_refused(until: str, release: Release, seatrial: Console) -> None:
    release.add({FILE: CUT.format(waiver="")})

    assert seatrial("check", "--as-of", until).code == 2


# The baseline ---------------------------------------------------------------------------------------------


def keys(release: Release) -> list[str]:
    return [one["key"] for one in json.loads((release.root / BASELINE).read_text(encoding="utf-8"))["findings"]]


def test_old_findings_may_stay_and_new_ones_count(release: Release, seatrial: Console) -> None:
    release.add({FILE: ROLLBACK.format(waiver="")})
    assert seatrial("check").code == 1

    written = seatrial("check", "--write-baseline", code=0)
    after = seatrial("check", code=0)

    assert f"{BASELINE} holds 1 old finding" in written.lines[-1]
    assert "1 old finding is in the baseline" in after.out
    release.add({"20250302000000_more.sql": ROLLBACK.format(waiver="")})
    answer = check(seatrial)
    assert answer.code == 1
    assert [one["place"]["path"][-9:] for one in findings(answer)] == ["_more.sql"]


def test_the_baseline_only_becomes_shorter(release: Release, seatrial: Console) -> None:
    release.add({FILE: ROLLBACK.format(waiver=""), "20250302000000_more.sql": ROLLBACK.format(waiver="")})
    seatrial("check", "--write-baseline", code=0)
    first, second = keys(release)
    release.add({FILE: "select 1;\n", "20250303000000_new.sql": ROLLBACK.format(waiver="")})

    named = findings(check(seatrial), "WVR")
    answer = seatrial("check", "--write-baseline", code=1)

    [gone] = {first, second} - set(keys(release))
    assert [one["code"] for one in named] == ["WVR002"]
    assert gone in named[0]["what"]
    assert named[0]["place"]["path"] == BASELINE
    assert len(keys(release)) == 1
    assert "1 old finding, 1 gone; 1 finding since then was not added" in answer.lines[-1]
    assert findings(check(seatrial), "WVR") == []


def test_writing_again_without_a_change_writes_nothing(release: Release, seatrial: Console) -> None:
    release.add({FILE: CUT.format(waiver="")})
    seatrial("check", "--write-baseline", code=0)
    text = (release.root / BASELINE).read_bytes()
    release.add({FILE: "-- A line more.\n" + CUT.format(waiver="")})

    seatrial("check", "--write-baseline", code=0)

    assert (release.root / BASELINE).read_bytes() == text


def test_what_is_waived_or_wrong_with_a_waiver_is_not_in_the_baseline(release: Release, seatrial: Console) -> None:
    release.add(
        {FILE: CUT.format(waiver=allow("TXN001", day(30))), "20250302000000_b.sql": "-- seatrial: allow x\nselect 1;\n"}
    )

    seatrial("check", "--write-baseline", code=0)

    assert keys(release) == []
    assert [one["code"] for one in findings(check(seatrial))] == ["WVR003"]


def test_no_baseline_is_made_while_a_file_cannot_be_parsed(release: Release, seatrial: Console) -> None:
    release.add({FILE: "selec 1;\n"})

    answer = seatrial("check", "--write-baseline", code=1)

    assert answer.error["code"] == "baseline-file.unparsed"
    assert not (release.root / BASELINE).exists()


def test_a_baseline_that_was_damaged_is_an_error_with_the_next_command(release: Release, seatrial: Console) -> None:
    release.add({FILE: CUT.format(waiver="")})
    release.write(BASELINE, "<<<<<<< HEAD\n")

    for command in (("check",), ("check", "--write-baseline"), ("rehearse",)):
        answer = seatrial(*command, code=2)
        assert answer.error["code"] == "baseline-file.malformed"
        assert answer.error["fix"] == (
            f"git checkout -- {BASELINE}, or delete it and run seatrial check --write-baseline"
        )


def test_the_next_command_names_the_folder_that_was_given(
    release: Release, seatrial: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    release.add({FILE: CUT.format(waiver="")})
    release.write(BASELINE, "<<<<<<< HEAD\n")
    monkeypatch.chdir(release.root.parent)
    name = release.root.name
    assert seatrial("check", name, code=2).error["fix"] == (
        f"git checkout -- {name}/{BASELINE}, or delete it and run seatrial check {name} --write-baseline"
    )


# Other commands -------------------------------------------------------------------------------------------


def test_a_waived_file_is_rehearsed_and_the_rehearsal_shows_what_was_waived(
    release: Release, seatrial: Console
) -> None:
    release.add({FILE: CUT.format(waiver="")})
    release.add({"20250302000000_none.sql": ROLLBACK.format(waiver="")})
    assert seatrial("rehearse").code == 1

    release.add({"20250302000000_none.sql": ROLLBACK.format(waiver=allow("TXN002", day(30)))})
    answer = seatrial("rehearse", "--format", "json", code=0)

    assert [one["finding"]["code"] for one in answer.json["result"]["waived"]] == ["TXN002"]
    assert "WVR002" not in answer.out


@pytest.mark.parametrize(("start", "unused"), [((), []), (("--after", FILE[:14]), ["WVR002"])])
def test_what_a_rehearsal_from_nothing_cannot_see_is_not_called_unused(
    start: tuple[str, ...], unused: list[str], release: Release, seatrial: Console
) -> None:
    release.add({FILE: "create table public.boats (id integer primary key);\n"})
    comment = f"-- seatrial: allow EXE001 until {day(30)} because the view goes with it\n"
    release.add({"20250302000000_name.sql": f"{comment}alter table public.boats add column name text;\n"})

    answer = seatrial("prove", "syntax", "--format", "json", *start)

    assert [one["code"] for one in findings(answer, "WVR")] == unused
