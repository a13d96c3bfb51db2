"""When a deployment fails, both tools tell the same story of how far it came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.interop.release import SMALL

if TYPE_CHECKING:
    from tests.interop.programs import SeatrialProgram, SupabaseProgram
    from tests.interop.release import Folder
    from tests.interop.target import Target

BOATS, CREW, *_ = SMALL
FIRST, SECOND = (name.split("_")[0] for name in (BOATS, CREW))
FAILS = b"CREATE TABLE public.half_made (id integer);\nSELECT 1 / 0;\n"
#: Two steps, of which the second cannot succeed yet.
INDEX = b"CREATE INDEX CONCURRENTLY boat_name ON public.boats (name);\nSELECT * FROM public.not_yet;\n"


def test_after_a_failed_deployment_the_supabase_cli_sees_what_seatrial_sees_and_can_go_on(
    folder: Folder, target: Target, supabase: SupabaseProgram, seatrial: SeatrialProgram
) -> None:
    folder.add({BOATS: SMALL[BOATS], CREW: FAILS})
    assert seatrial.deploy(folder, target).code == 3
    assert seatrial.states(folder, target) == {FIRST: "applied", SECOND: "pending"}
    assert supabase.versions(folder, target) == [(FIRST, FIRST), (SECOND, "")]
    assert target.ask("SELECT to_regclass('public.half_made') IS NULL AS gone") == [{"gone": True}]

    folder.add({CREW: SMALL[CREW]})
    supabase.must_push(folder, target)
    assert seatrial.states(folder, target) == {FIRST: "applied", SECOND: "applied"}


def test_after_a_failed_push_seatrial_sees_what_the_supabase_cli_sees_and_can_go_on(
    folder: Folder, target: Target, supabase: SupabaseProgram, seatrial: SeatrialProgram
) -> None:
    folder.add({BOATS: SMALL[BOATS], CREW: FAILS})
    assert supabase.push(folder, target).code == 1
    assert supabase.versions(folder, target) == [(FIRST, FIRST), (SECOND, "")]
    assert seatrial.states(folder, target) == {FIRST: "applied", SECOND: "pending"}

    folder.add({CREW: SMALL[CREW]})
    seatrial.must_deploy(folder, target)
    assert supabase.versions(folder, target) == [(FIRST, FIRST), (SECOND, SECOND)]


def test_a_migration_that_seatrial_left_unfinished_is_not_applied_for_the_supabase_cli(
    folder: Folder, target: Target, supabase: SupabaseProgram, seatrial: SeatrialProgram
) -> None:
    """The index stands, the statement behind it failed: Seatrial goes on there once the file can run."""
    folder.add({BOATS: SMALL[BOATS]})
    seatrial.must_deploy(folder, target)
    folder.add({CREW: INDEX})
    assert seatrial.deploy(folder, target).code == 3
    assert seatrial.states(folder, target) == {FIRST: "applied", SECOND: "unfinished"}
    assert supabase.versions(folder, target) == [(FIRST, FIRST), (SECOND, "")]

    target.execute("CREATE TABLE public.not_yet (id integer)")
    seatrial.must_deploy(folder, target)
    assert supabase.versions(folder, target) == [(FIRST, FIRST), (SECOND, SECOND)]


def test_what_both_began_is_finished_by_the_supabase_cli(
    folder: Folder, target: Target, supabase: SupabaseProgram, seatrial: SeatrialProgram
) -> None:
    """Seatrial's note of steps that are done must not outlive the migration that another tool completed."""
    folder.add({BOATS: SMALL[BOATS]})
    seatrial.must_deploy(folder, target)
    folder.add({CREW: INDEX.replace(b"boat_name", b"IF NOT EXISTS boat_name")})
    assert seatrial.deploy(folder, target).code == 3
    target.execute("CREATE TABLE public.not_yet (id integer)")
    supabase.must_push(folder, target)
    assert seatrial.states(folder, target) == {FIRST: "applied", SECOND: "applied"}
    assert "up to date" in seatrial.deploy(folder, target).said

    supabase.repair(folder, target, "reverted", SECOND)
    target.execute("DROP INDEX public.boat_name")
    seatrial.must_deploy(folder, target)
    assert target.ask("SELECT to_regclass('public.boat_name') IS NOT NULL AS there") == [{"there": True}]
