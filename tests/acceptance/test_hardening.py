"""What stands in the wrong place, has an odd name or is of the wrong kind: a clear answer, and nothing changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.acceptance.release import BOATS

if TYPE_CHECKING:
    from tests.acceptance.console import Console
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

[FIRST] = BOATS

# Repair -------------------------------------------------------------------------------------------------------


def test_repair_forgets_whatever_text_the_ledger_has_for_a_version(
    release: Release, seatrial: Console, target: Target
) -> None:
    release.add(BOATS)
    seatrial("deploy", "--target", target.dsn, "--yes", code=0)
    target.execute("INSERT INTO supabase_migrations.schema_migrations (version) VALUES ('abc'), ('a = ''b''')")
    seatrial("repair", "abc", "a = 'b'", "--status", "reverted", "--target", target.dsn, "--yes", code=0)
    assert target.versions() == [FIRST[:14]]


@pytest.mark.parametrize("deployed", [True, False], ids=["a ledger", "no ledger"])
@pytest.mark.parametrize("version", ["20990101000000", "abc"])
def test_repair_takes_nothing_out_that_is_not_in(
    version: str, release: Release, seatrial: Console, target: Target, *, deployed: bool
) -> None:
    release.add(BOATS)
    if deployed:
        seatrial("deploy", "--target", target.dsn, "--yes", code=0)
    with target.untouched():
        answer = seatrial(
            "repair", FIRST[:14], version, "--status", "reverted", "--target", target.dsn, "--yes", code=2
        )
    assert answer.error["code"] == "repair.not-recorded"
    assert version in answer.error["what"]
    assert (FIRST[:14] in answer.error["what"]) != deployed
    assert answer.error["fix"] == 'seatrial status --target "$DSN" lists the versions'


def test_repair_does_not_show_a_dsn_in_the_place_of_a_version(
    release: Release, seatrial: Console, target: Target
) -> None:
    release.add(BOATS)
    words = ("repair", "postgresql://u:s3cr3t@h/d", "--status", "reverted", "--target", target.dsn)
    answer = seatrial(*words, code=2)
    assert answer.error["code"] == "repair.not-recorded"
    assert "s3cr3t" not in answer.said
