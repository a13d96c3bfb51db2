"""`seatrial archive list`, `restore` and `purge`, on archives as deployments and rollbacks leave them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.acceptance.archived import BACK, KEPT, V1, V2, deployed, enter, fill

if TYPE_CHECKING:
    from tests.acceptance.console import Console, Program
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

pytestmark = pytest.mark.usefixtures("release")


def listed(target: Target) -> list[int]:
    """Numbers of the entries that there are."""
    return [row["id"] for row in target.ask("SELECT id FROM seatrial.archive ORDER BY id")]


# List ---------------------------------------------------------------------------------------------------------


def test_a_target_without_a_ledger_has_no_archive(seatrial: Console, target: Target) -> None:
    with target.untouched():
        answer = seatrial("archive", "list", "--target", target.dsn, code=0)
    assert answer.lines == ["✓ the given DSN has no archive: nothing was put away there."]
    assert seatrial("archive", "purge", "--overdue", *target.agreed, code=2).error["code"] == "archive.none"


def test_an_empty_archive_says_so(seatrial: Console, target: Target) -> None:
    fill(target)
    target.execute("DELETE FROM seatrial.archive")
    answer = seatrial("archive", "list", "--target", target.dsn, code=0)
    assert answer.lines == ["✓ The archive of the given DSN is empty."]


def test_a_line_says_what_why_how_much_and_until_when(seatrial: Console, target: Target) -> None:
    fill(target)
    target.execute("UPDATE seatrial.archive SET conflicts = 2 WHERE id = 3")
    with target.untouched():
        crew, columns, rows, *rest = seatrial("archive", "list", "--target", target.dsn, code=0).lines
    assert crew.startswith(f"· #1  table public.crew  {V2} rolled back 20")
    assert "  3 rows  " in crew
    assert crew.endswith("until it is purged")
    assert columns.startswith(f"! #2  column berth of public.boats  {V1} deployed 20")
    assert "  48 h: until 20" in columns
    assert columns.endswith("UTC, overdue")
    assert rows.startswith("· #3  rows of public.boats  ")
    assert rows.endswith("UTC  2 conflicts left in it")
    assert rest[0] == 'next: seatrial archive purge --overdue --target "$DSN"'
    assert rest[1].startswith("✓ 3 entries in the archive of the given DSN, ")
    assert rest[1].endswith("; 1 overdue.")


def test_nobody_is_told_to_restore(seatrial: Console, target: Target) -> None:
    fill(target)
    target.execute("UPDATE seatrial.archive SET keep_until = now() + interval '1 hour' WHERE id = 2")
    answer = seatrial("archive", "list", "--target", target.dsn, code=0)
    assert "next:" not in answer.out


def test_the_same_as_json(seatrial: Console, target: Target) -> None:
    fill(target)
    result = seatrial("archive", "list", "--target", target.dsn, "--format", "json", code=0).json["result"]
    assert [(one["what"], one["standing"], one["rows"], one["exact"]) for one in result["entries"]] == [
        ("table public.crew", "kept", 3, True),
        ("column berth of public.boats", "overdue", 4, True),
        ("rows of public.boats", "kept", 6, True),
    ]


def test_a_table_that_is_large_is_estimated(seatrial: Console, target: Target) -> None:
    fill(target)
    target.execute(
        "ALTER TABLE seatrial_archive_back_20250301000100_public.crew ADD pad text;"
        "INSERT INTO seatrial_archive_back_20250301000100_public.crew (boat, pad) "
        "SELECT 1, repeat('x', 500) FROM generate_series(1, 10000);"
        "ANALYZE seatrial_archive_back_20250301000100_public.crew"
    )
    crew = seatrial("archive", "list", "--target", target.dsn, code=0).lines[0]
    assert "  ~10,003 rows  " in crew


def test_what_somebody_dropped_is_missing(seatrial: Console, target: Target) -> None:
    fill(target)
    target.execute("DROP TABLE seatrial_archive_back_20250301000100_public.crew")
    answer = seatrial("archive", "list", "--target", target.dsn, code=0)
    assert answer.lines[0].startswith("✗ #1  table public.crew")
    assert answer.lines[0].endswith(f"missing: nothing is at {BACK}.crew")
    assert "1 not where or what the list says" in answer.lines[-1]
    refused = seatrial("archive", "restore", "1", *target.agreed, code=1)
    assert refused.error["code"] == "archive.gone"


# Purge --------------------------------------------------------------------------------------------------------


def test_purge_removes_an_entry_and_what_it_keeps(seatrial: Console, target: Target) -> None:
    fill(target)
    answer = seatrial("archive", "purge", "1", *target.agreed, code=0)
    assert "About to remove from the archive of the given DSN, for good:" in answer.err
    said = f"! deploying {V2} again brings nothing back: its tables begin empty"
    assert (answer.err.count(said), answer.out.count(said)) == (1, 0)
    assert answer.lines[0] == "- #1 table public.crew"
    assert answer.lines[-1].startswith("✓ Purged: 1 entry of the archive of the given DSN, ")
    assert listed(target) == [2, 3]
    # With the type that had been moved along.
    assert target.value("SELECT to_regnamespace(%s) IS NULL AS gone", [BACK])
    assert target.has("public.boats")


def test_purge_of_what_is_overdue_leaves_the_rest(seatrial: Console, target: Target) -> None:
    fill(target)
    deployed(target)
    answer = seatrial("archive", "purge", "--overdue", *target.agreed, code=0)
    assert f"! the rollback of {V1} is no longer possible: what it would give back is gone" in answer.err
    assert "stays: something" not in answer.out
    assert listed(target) == [1, 3]
    assert target.has(f'{KEPT}."boats was"')
    again = seatrial("archive", "purge", "--overdue", *target.agreed, code=0)
    assert again.lines == ["✓ Nothing of the archive of the given DSN is overdue."]


@pytest.mark.parametrize("place", ["public.boats", "boats", "seatrial.archive", 'public."boats"; DROP TABLE boats'])
def test_purge_never_goes_outside_of_the_archive(place: str, seatrial: Console, target: Target) -> None:
    fill(target)
    number = enter(target, V1, "rollback", "table", "public.boats", place)
    with target.untouched():
        refused = seatrial("archive", "purge", str(number), *target.agreed, code=1)
    assert refused.error["code"] == "archive.not-ours"
    assert number in listed(target)
    assert target.value("SELECT count(*) FROM public.boats") == 4


def test_purge_of_a_table_with_a_partition_in_use_is_refused(seatrial: Console, target: Target) -> None:
    fill(target)
    target.execute(
        "CREATE TABLE seatrial_archive_kept_20250301000000_public.log (day date) PARTITION BY RANGE (day);"
        "CREATE TABLE public.log_now PARTITION OF seatrial_archive_kept_20250301000000_public.log DEFAULT"
    )
    number = enter(target, V1, "deploy", "table", "public.log", f"{KEPT}.log")
    refused = seatrial("archive", "purge", str(number), *target.agreed, code=1)
    assert "public.log_now" in refused.error["why"]
    assert target.has("public.log_now")


def test_purge_of_what_is_in_use_is_refused(seatrial: Console, target: Target) -> None:
    fill(target)
    target.execute("CREATE VIEW public.old_crew AS SELECT * FROM seatrial_archive_back_20250301000100_public.crew")
    refused = seatrial("archive", "purge", "1", *target.agreed, code=1)
    assert refused.error["code"] == "archive.needed"
    assert target.has("public.old_crew")
    assert 1 in listed(target)


def test_a_type_in_use_stays_when_its_table_goes(seatrial: Console, target: Target) -> None:
    fill(target)
    target.execute("ALTER TABLE public.boats ADD least seatrial_archive_back_20250301000100_public.rank")
    answer = seatrial("archive", "purge", "1", *target.agreed, code=0)
    assert f"! {BACK} stays: something outside of it uses what is in it" in answer.out
    assert target.value("SELECT count(least) FROM public.boats") == 0


def test_purge_says_which(seatrial: Console, target: Target) -> None:
    fill(target)
    assert seatrial("archive", "purge", *target.agreed, code=2).error["code"] == "archive.which"
    assert seatrial("archive", "purge", "1", "--overdue", *target.agreed, code=2).error["code"] == "archive.which"
    assert seatrial("archive", "purge", "1", "77", *target.agreed, code=2).error["code"] == "archive.unknown"
    assert listed(target) == [1, 2, 3]


def test_nobody_is_asked_without_a_terminal(seatrial: Console, target: Target) -> None:
    fill(target)
    for command in (["purge", "1"], ["restore", "1"]):
        refused = seatrial("archive", *command, "--target", target.dsn, code=2)
        assert refused.error["code"] == "ask.no-terminal"
        refused = seatrial("archive", *command, "--target", target.dsn, "--yes", "another", code=1)
        assert refused.error["code"] == "ask.other-name"
    assert listed(target) == [1, 2, 3]


# Restore ------------------------------------------------------------------------------------------------------


def test_a_table_goes_back_under_its_name(seatrial: Console, target: Target) -> None:
    fill(target)
    answer = seatrial("archive", "restore", "1", *target.agreed, code=0)
    assert answer.lines[-1] == (
        "✓ Restored: entry 1 is public.crew on the given DSN; nobody but its owner has a right on it yet."
    )
    assert "CREATE POLICY crew_select ON public.crew FOR SELECT TO authenticated USING (boat = 1);" in answer.lines
    assert target.value("SELECT count(*) FROM public.crew WHERE rank = 'mate'::public.rank") == 3
    assert target.value("SELECT relrowsecurity FROM pg_class WHERE oid = 'public.crew'::regclass")
    assert listed(target) == [2, 3]


def test_partitions_go_back_to_where_they_were(seatrial: Console, target: Target) -> None:
    fill(target)
    target.execute(
        "CREATE SCHEMA parts;"
        "CREATE TABLE seatrial_archive_back_20250301000100_public.log (day date) PARTITION BY RANGE (day);"
        "CREATE TABLE seatrial_archive_back_20250301000100_public.log_now"
        " PARTITION OF seatrial_archive_back_20250301000100_public.log DEFAULT"
    )
    details = {"attached": [], "moved": [["TABLE", "log", "public"], ["TABLE", "log_now", "parts"]]}
    number = enter(target, V2, "rollback", "table", "public.log", f"{BACK}.log", details=details)
    seatrial("archive", "restore", str(number), *target.agreed, code=0)
    assert target.has("public.log")
    assert target.has("parts.log_now")


def test_what_was_taken_off_is_put_on_again(seatrial: Console, target: Target) -> None:
    fill(target)
    seatrial("archive", "restore", "1", "--attached", *target.agreed, code=0)
    assert target.value("SELECT polname::text FROM pg_policy WHERE polrelid = 'public.crew'::regclass") == "crew_select"
    assert target.value("SELECT convalidated FROM pg_constraint WHERE conname = 'crew_boat_fkey'")
    assert target.value("SELECT has_table_privilege('authenticated', 'public.crew', 'SELECT')")


def test_a_key_that_old_rows_break_holds_new_ones(seatrial: Console, target: Target) -> None:
    fill(target)
    target.execute("DELETE FROM public.boats WHERE id = 3")
    answer = seatrial("archive", "restore", "1", "--attached", *target.agreed, code=0)
    assert "new rows are checked, old ones are not yet" in answer.out
    assert target.value("SELECT NOT convalidated AS new_only FROM pg_constraint WHERE conname = 'crew_boat_fkey'")


def test_a_list_that_others_wrote_runs_nothing_else(seatrial: Console, target: Target) -> None:
    fill(target)
    target.execute("""UPDATE seatrial.archive SET details = '{"attached": ["DROP TABLE public.boats"]}' WHERE id = 1""")
    refused = seatrial("archive", "restore", "1", "--attached", *target.agreed, code=1)
    assert refused.error["code"] == "archive.strange"
    assert target.has("public.boats")


def test_a_name_that_is_taken_wants_another(seatrial: Console, target: Target) -> None:
    fill(target)
    target.execute("CREATE TABLE public.crew (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY)")
    refused = seatrial("archive", "restore", "1", *target.agreed, code=1)
    assert refused.error["code"] == "archive.taken"
    assert "--as public.crew_archived" in refused.error["fix"]
    assert target.has(f"{BACK}.crew")
    # Its index and its sequence have names that are taken, too.
    seatrial("archive", "restore", "1", "--as", "public.crew_archived", *target.agreed, code=0)
    assert target.value("SELECT count(*) FROM public.crew_archived") == 3
    assert target.has("public.crew_pkey_1")
    assert target.value("SELECT pg_get_serial_sequence('public.crew_archived', 'id')") == "public.crew_id_seq_1"


@pytest.mark.parametrize(
    ("options", "code", "exit_code"),
    [
        (["1", "--as", "nowhere.crew"], "archive.no-schema", 1),
        (["1", "--as", "crew"], "archive.name", 2),
        (["1", "--as", "public.old_crew", "--attached"], "archive.attached-as", 2),
        (["2", "--attached"], "archive.no-table-entry", 2),
        (["77"], "archive.unknown", 2),
    ],
)
def test_what_cannot_be_is_refused(
    options: list[str], code: str, exit_code: int, seatrial: Console, target: Target
) -> None:
    fill(target)
    with target.untouched():
        assert seatrial("archive", "restore", *options, *target.agreed, code=exit_code).error["code"] == code


def test_values_go_where_there_is_none(seatrial: Console, target: Target) -> None:
    fill(target)
    answer = seatrial("archive", "restore", "2", *target.agreed, code=0)
    assert answer.lines[-1] == (
        "✓ Restored: 2 rows of public.boats on the given DSN; 1 row differs now, and stays in the archive."
    )
    found = target.ask("SELECT berth FROM public.boats ORDER BY id")
    assert [row["berth"] for row in found] == ["berth 1", "taken", "berth 3", None]
    assert "went back 20" in seatrial("archive", "list", "--target", target.dsn, code=0).lines[1]
    assert target.value("SELECT conflicts FROM seatrial.archive WHERE id = 2") == 1


def test_values_without_their_column_are_refused(seatrial: Console, target: Target) -> None:
    fill(target)
    target.execute("ALTER TABLE public.boats DROP berth")
    refused = seatrial("archive", "restore", "2", *target.agreed, code=1)
    assert refused.error["code"] == "archive.no-column"


def test_rows_that_are_missing_go_back_and_others_stay(seatrial: Console, target: Target) -> None:
    fill(target)
    target.execute(
        "CREATE UNIQUE INDEX ON public.boats (name); DELETE FROM public.boats WHERE id = 1;"
        "UPDATE public.boats SET berth = 'Z' WHERE id = 3; INSERT INTO public.boats VALUES (70, 'boat 7')"
    )
    answer = seatrial("archive", "restore", "3", *target.agreed, code=0)
    assert "Restored: 2 rows of public.boats on the given DSN; 2 rows differ now" in answer.lines[-1]
    found = target.ask("SELECT id, berth FROM public.boats ORDER BY id")
    assert [(row["id"], row["berth"]) for row in found] == [
        (1, None), (2, "taken"), (3, "Z"), (4, None), (8, "B"), (70, None),
    ]  # fmt: skip


def test_a_table_that_somebody_holds_is_left(seatrial: Console, target: Target) -> None:
    fill(target)
    from seatrial.pg.connection import connect

    with connect(target.dsn) as other, other.transaction():
        other.execute("LOCK TABLE seatrial_archive_back_20250301000100_public.crew IN ACCESS SHARE MODE")
        for command in ("purge", "restore"):
            refused = seatrial("archive", command, "1", *target.agreed, code=1)
            assert refused.error["code"] == "archive.locked"
    assert listed(target) == [1, 2, 3]


def test_the_program_itself(release: Release, program: Program, target: Target) -> None:
    fill(target)
    release.write("seatrial.toml", '[targets.production]\ndsn = "env(DATABASE_URL)"\n')
    answer = program("archive", "purge", "1", "--yes", "production", code=0, DATABASE_URL=target.dsn)
    assert "purging #1 table public.crew ... gone" in answer.err
    assert answer.lines[-2] == "next: seatrial archive list --target production"
    assert listed(target) == [2, 3]
