"""What one tool corrects in the ledger, the other believes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.interop.release import SMALL

if TYPE_CHECKING:
    from tests.interop.programs import SeatrialProgram, SupabaseProgram
    from tests.interop.release import Folder
    from tests.interop.target import Target

BOATS, CREW = list(SMALL)[:2]
FIRST, SECOND = (name.split("_")[0] for name in (BOATS, CREW))


def test_seatrial_believes_a_repair_by_the_supabase_cli(
    folder: Folder, target: Target, supabase: SupabaseProgram, seatrial: SeatrialProgram
) -> None:
    folder.add({name: SMALL[name] for name in (BOATS, CREW)})
    supabase.repair(folder, target, "applied", FIRST, SECOND)
    assert seatrial.states(folder, target) == {FIRST: "applied", SECOND: "applied"}
    seatrial.must_deploy(folder, target)
    assert target.ask("SELECT to_regclass('public.boats')::text AS boats") == [{"boats": None}]

    supabase.repair(folder, target, "reverted", FIRST, SECOND)
    assert seatrial.states(folder, target) == {FIRST: "pending", SECOND: "pending"}
    seatrial.must_deploy(folder, target)
    assert target.ask("SELECT to_regclass('public.boats')::text AS boats") == [{"boats": "boats"}]


def test_the_supabase_cli_believes_a_repair_by_seatrial(
    folder: Folder, target: Target, supabase: SupabaseProgram, seatrial: SeatrialProgram
) -> None:
    folder.add({name: SMALL[name] for name in (BOATS, CREW)})
    seatrial.repair(folder, target, "applied", FIRST, SECOND)
    assert supabase.versions(folder, target) == [(FIRST, FIRST), (SECOND, SECOND)]
    supabase.must_push(folder, target)
    assert target.ask("SELECT to_regclass('public.boats')::text AS boats") == [{"boats": None}]

    seatrial.repair(folder, target, "reverted", FIRST, SECOND)
    assert supabase.versions(folder, target) == [(FIRST, ""), (SECOND, "")]
    supabase.must_push(folder, target)
    assert target.ask("SELECT to_regclass('public.boats')::text AS boats") == [{"boats": "boats"}]


def test_a_repair_writes_the_same_row_whichever_tool_made_it(
    folder: Folder, target: Target, supabase: SupabaseProgram, seatrial: SeatrialProgram
) -> None:
    folder.add(SMALL)
    supabase.repair(folder, target, "applied", *folder.versions)
    by_supabase = target.ledger()
    seatrial.repair(folder, target, "applied", *folder.versions)
    assert target.ledger() == by_supabase


def test_what_seatrial_deployed_and_the_supabase_cli_took_back_can_be_deployed_again(
    folder: Folder, target: Target, supabase: SupabaseProgram, seatrial: SeatrialProgram
) -> None:
    folder.add({BOATS: SMALL[BOATS]})
    seatrial.must_deploy(folder, target)
    target.execute("DROP TABLE public.boats")
    supabase.repair(folder, target, "reverted", FIRST)

    folder.add({BOATS: b"CREATE TABLE public.boats (id bigint PRIMARY KEY);"})
    assert seatrial.states(folder, target) == {FIRST: "pending"}
    seatrial.must_deploy(folder, target)
    assert seatrial.states(folder, target) == {FIRST: "applied"}
    assert supabase.versions(folder, target) == [(FIRST, FIRST)]
