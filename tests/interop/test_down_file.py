"""A file that takes another back is a migration to the Supabase CLI, and a comment is none to anybody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.interop.release import SMALL

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.interop.programs import SeatrialProgram, SupabaseProgram
    from tests.interop.release import Folder
    from tests.interop.target import Target

BOATS, *_ = SMALL
VERSION = BOATS.split("_", maxsplit=1)[0]
REVERT = b"\n-- seatrial: revert\n-- drop table public.boats;\n"


def test_the_comment_is_run_by_neither(
    folder: Folder, new_target: Callable[[], Target], supabase: SupabaseProgram, seatrial: SeatrialProgram
) -> None:
    by_supabase, by_seatrial = new_target(), new_target()
    folder.add({BOATS: SMALL[BOATS] + REVERT})
    supabase.must_push(folder, by_supabase)
    seatrial.must_deploy(folder, by_seatrial)
    for target in (by_supabase, by_seatrial):
        assert seatrial.states(folder, target) == {VERSION: "applied"}
        assert supabase.versions(folder, target) == [(VERSION, VERSION)]


def test_the_file_is_a_migration_to_one_of_them_only(
    folder: Folder, new_target: Callable[[], Target], supabase: SupabaseProgram, seatrial: SeatrialProgram
) -> None:
    by_supabase, by_seatrial = new_target(), new_target()
    down = BOATS.replace(".sql", ".down.sql")
    folder.add({BOATS: SMALL[BOATS], down: b"drop table if exists public.boats;"})
    seatrial.must_deploy(folder, by_seatrial)
    assert seatrial.states(folder, by_seatrial) == {VERSION: "applied"}
    pushed = supabase.push(folder, by_supabase)
    # It comes first there, and what it takes back never runs.
    assert pushed.code == 1
    assert "23505" in pushed.said
    assert [row.name for row in by_supabase.ledger()] == ["boats.down"]
