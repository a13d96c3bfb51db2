"""The tracking document: everything that was found, and nobody's address."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.monitoring.story.sample import NASTY
from tests.unit.report.watch.sample import SAMPLES, failed, gaps, large, successful

from seatrial.model.watch_page import SaidLine
from seatrial.report.watch.record import record


def test_it_says_what_failed_when_it_was_seen_and_what_it_is_tied_to() -> None:
    said = record(failed(is_frozen=True))

    for words in (
        "# Release watch: Phase 3: integrations on production",
        "**✗ failed.** Failed after 3 min: SELECT on public.contacts takes 212 ms, usually 4.1 ms",
        "- Migrations: `20250122000000_create_integrations_table`, `20250123000000_phase3_performance_indexes`",
        "### ✗ failed: SELECT on public.contacts, as authenticated, milliseconds a call",
        "- its failure limit was reached 3 min after the deployment",
        r"tied to index public.idx\_contacts\_organization, removed by 20250123000000\_phase3\_performance\_indexes",
        "| Harbour \\& Sons | send failures | ! breached | 64 % (limit 20 %, usually 2 %) | 2 of 3 |",
        "| 42501 14, 57014 12 |",
        "Failed. The rollback is ready: seatrial rollback --last 2.",
        "`seatrial rollback --last 2 --target production --incomplete` (not proved)",
        "- cannot undo 412 rows of public.integrations that were written since",
    ):
        assert words in said


def test_it_says_what_was_not_watched() -> None:
    said = record(gaps())

    assert "- log: pg\\_read\\_file is not permitted to monitor; so nobody watches: writes that a policy denied" in said
    assert "- statements: not seen for 3 min: the server did not answer" in said


def test_a_quiet_watch_has_a_document_too() -> None:
    said = record(successful())

    assert "**✓ successful.** Successful: 15 minutes, all signals inside limits." in said
    assert "## Troubles\n\nNone." in said
    assert "Every source was seen all the time." in said


def test_no_address_and_no_password_is_in_it() -> None:
    line = SaidLine(at=0.0, line="told ana.b@example.com through smtp://mail:hunter2@host")
    said = record(replace(failed(), who="ana.b@example.com", said=(line,)))

    assert "ana.b@" not in said
    assert "hunter2" not in said
    assert "told (an e-mail address)" in said


@pytest.mark.parametrize("sample", SAMPLES)
def test_no_name_makes_a_mark_of_its_own(sample: str) -> None:
    said = record(SAMPLES[sample]())
    outside = "".join(part for number, part in enumerate(said.split("`")) if number % 2 == 0)

    assert NASTY not in outside
    assert len({line.count(" | ") for line in said.splitlines() if line.startswith("| ")}) <= 4


def test_what_is_too_much_to_list_is_counted() -> None:
    said = record(large())

    assert "1,952 more: " in said
    assert "261 more: " in said
