"""Each tool goes on where the other stopped, and both end in the same place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.interop.release import SHIPPED, SMALL, halves
from tests.interop.target import meaning

from seatrial.model.source import Encoding, Source
from seatrial.sql.parse import parse

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import LiteralString

    from tests.interop.programs import SeatrialProgram, SupabaseProgram
    from tests.interop.release import Folder
    from tests.interop.target import Target

both_releases = pytest.mark.parametrize(
    "release", [pytest.param(SMALL, id="small"), pytest.param(SHIPPED, id="shipped")]
)


@both_releases
def test_seatrial_goes_on_after_the_supabase_cli(
    release: dict[str, bytes], folder: Folder, target: Target, supabase: SupabaseProgram, seatrial: SeatrialProgram
) -> None:
    first, rest = halves(release)
    folder.add(first)
    supabase.must_push(folder, target)
    pushed = folder.versions
    folder.add(rest)

    expected = {version: "applied" if version in pushed else "pending" for version in folder.versions}
    assert seatrial.states(folder, target) == expected
    seatrial.must_deploy(folder, target)

    assert supabase.versions(folder, target) == [(version, version) for version in folder.versions]
    assert seatrial.states(folder, target) == dict.fromkeys(folder.versions, "applied")
    assert "up to date" in supabase.push(folder, target).said


@both_releases
def test_the_supabase_cli_goes_on_after_seatrial(
    release: dict[str, bytes], folder: Folder, target: Target, supabase: SupabaseProgram, seatrial: SeatrialProgram
) -> None:
    first, rest = halves(release)
    folder.add(first)
    seatrial.must_deploy(folder, target)
    deployed = folder.versions
    folder.add(rest)

    expected = [(version, version if version in deployed else "") for version in folder.versions]
    assert supabase.versions(folder, target) == expected
    would_push = supabase.push(folder, target, "--dry-run").said
    assert [name for name in folder.texts() if name in would_push] == sorted(rest)
    supabase.must_push(folder, target)

    assert seatrial.states(folder, target) == dict.fromkeys(folder.versions, "applied")
    assert "up to date" in seatrial.deploy(folder, target).said


@pytest.mark.parametrize(
    ("release", "query", "expected"),
    [
        pytest.param(SMALL, "SELECT name FROM public.boats", {"Mön Ché; ⛵", "it's; hers"}, id="small"),
        pytest.param(SHIPPED, "SELECT label AS name FROM public.integration_types", {"WhatsApp"}, id="shipped"),
    ],
)
def test_both_leave_the_same_ledger_schema_and_rows(
    release: dict[str, bytes],
    query: LiteralString,
    expected: set[str],
    folder: Folder,
    new_target: Callable[[], Target],
    supabase: SupabaseProgram,
    seatrial: SeatrialProgram,
) -> None:
    by_supabase, by_seatrial = new_target(), new_target()
    folder.add(release)
    supabase.must_push(folder, by_supabase)
    seatrial.must_deploy(folder, by_seatrial)

    assert by_seatrial.ledger() == by_supabase.ledger()
    assert {row.version: row.statements for row in by_seatrial.ledger()} == {
        name.split("_")[0]: statements_of(text) for name, text in folder.texts().items()
    }
    catalog = by_seatrial.catalog()
    assert catalog.keys() > new_target().catalog().keys()
    assert catalog == by_supabase.catalog()
    names = {row["name"] for row in by_seatrial.ask(query)}
    assert names >= expected
    assert {row["name"] for row in by_supabase.ask(query)} == names


def test_what_the_supabase_cli_deployed_and_seeded_seatrial_verifies(
    folder: Folder, target: Target, supabase: SupabaseProgram, seatrial: SeatrialProgram
) -> None:
    folder.add(SHIPPED)
    supabase.must_push(folder, target, "--include-seed")
    assert target.ask("SELECT count(*) > 0 AS seeded FROM public.organizations") == [{"seeded": True}]
    verified = seatrial.verify(folder, target)
    assert verified.code == 0, verified.said

    target.execute("DROP INDEX public.idx_active_integrations")
    verified = seatrial.verify(folder, target)
    assert verified.code == 1
    assert "idx_active_integrations" in verified.said


def statements_of(text: str) -> tuple[str, ...]:
    """What a file's statements mean, one by one."""
    source = Source(path="file.sql", version="1", name="file", encoding=Encoding.UTF8, text=text)
    return meaning([statement.text for statement in parse(source).statements])
