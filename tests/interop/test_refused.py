"""Where the Supabase CLI refuses, so does Seatrial, and for the same files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.interop.release import SMALL

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.interop.programs import SeatrialProgram, SupabaseProgram
    from tests.interop.release import Folder
    from tests.interop.target import Target

BOATS, CREW, *_ = SMALL
FIRST, SECOND = (name.split("_")[0] for name in (BOATS, CREW))
LATE = "20250301000001_late.sql"


def test_a_late_file_needs_include_all_in_both(
    folder: Folder, new_target: Callable[[], Target], supabase: SupabaseProgram, seatrial: SeatrialProgram
) -> None:
    by_supabase, by_seatrial = new_target(), new_target()
    folder.add({name: SMALL[name] for name in (BOATS, CREW)})
    # Each is late for what the other applied.
    supabase.must_push(folder, by_seatrial)
    seatrial.must_deploy(folder, by_supabase)
    folder.add({LATE: b"CREATE TABLE public.late (id integer);"})

    assert seatrial.states(folder, by_seatrial)[LATE.split("_", maxsplit=1)[0]] == "out of order"
    for refused in (supabase.push(folder, by_supabase), seatrial.deploy(folder, by_seatrial)):
        assert refused.code == 1
        assert LATE in refused.said
        assert "--include-all" in refused.said

    supabase.must_push(folder, by_supabase, "--include-all")
    seatrial.must_deploy(folder, by_seatrial, "--include-all")
    assert by_seatrial.ledger() == by_supabase.ledger()
    assert seatrial.states(folder, by_supabase) == dict.fromkeys(folder.versions, "applied")
    assert supabase.versions(folder, by_seatrial) == [(version, version) for version in folder.versions]


def test_a_version_that_only_the_target_has_stops_both(
    folder: Folder, target: Target, supabase: SupabaseProgram, seatrial: SeatrialProgram
) -> None:
    folder.add({name: SMALL[name] for name in (BOATS, CREW)})
    supabase.must_push(folder, target)
    folder.remove(CREW)
    folder.add({"20250302000000_more.sql": b"SELECT 1;"})

    assert supabase.versions(folder, target) == [(FIRST, FIRST), ("", SECOND), ("20250302000000", "")]
    assert seatrial.states(folder, target) == {FIRST: "applied", SECOND: "missing", "20250302000000": "pending"}
    for refused in (supabase.push(folder, target), seatrial.deploy(folder, target)):
        assert refused.code == 1
        assert SECOND in refused.said


def test_both_take_the_same_files_for_migrations(
    folder: Folder, target: Target, supabase: SupabaseProgram, seatrial: SeatrialProgram
) -> None:
    folder.add({
        "20250301_eight_digits.sql": b"SELECT 1;",
        "20250301000000_.sql": b"SELECT 1;",
        "20250301000001_näme with spaces.sql": b"SELECT 1;",
        "20250301000002_CAPITALS.SQL": b"SELECT 1;",
        "20250301000003.sql": b"SELECT 1;",
        "notes.sql": b"SELECT 1;",
        "README.md": b"# words",
    })  # fmt: skip
    (folder.migrations / "20250301000004_folder.sql").mkdir()

    taken = ["20250301", "20250301000000", "20250301000001"]
    assert supabase.versions(folder, target) == [(version, "") for version in taken]
    assert list(seatrial.states(folder, target)) == taken


def test_both_read_a_ledger_from_before_names_and_statements_were_kept(
    folder: Folder, target: Target, supabase: SupabaseProgram, seatrial: SeatrialProgram
) -> None:
    target.execute(
        "CREATE SCHEMA IF NOT EXISTS supabase_migrations;"
        "DROP TABLE IF EXISTS supabase_migrations.schema_migrations;"
        "CREATE TABLE supabase_migrations.schema_migrations (version text PRIMARY KEY);"
        "INSERT INTO supabase_migrations.schema_migrations VALUES ('20250301000000');"
        "CREATE TABLE public.boats (id integer PRIMARY KEY);"
    )
    folder.add({name: SMALL[name] for name in (BOATS, CREW)})
    assert supabase.versions(folder, target) == [(FIRST, FIRST), (SECOND, "")]
    assert seatrial.states(folder, target) == {FIRST: "applied", SECOND: "pending"}
    seatrial.must_deploy(folder, target)
    assert supabase.versions(folder, target) == [(FIRST, FIRST), (SECOND, SECOND)]
