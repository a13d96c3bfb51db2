"""`seatrial archive erase`: a person's or a tenant's rows go from every table of the archive, and nobody else's do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from psycopg import sql
from tests.acceptance.archived import BACK, KEPT, V1, V2, deployed, enter
from tests.acceptance.club_archive import ANN, CLUB, OTHER, PLACES, TENANCY, fill_club

from seatrial.pg.connection import connect, rows

if TYPE_CHECKING:
    from tests.acceptance.console import Answer, Console
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target


@pytest.fixture(autouse=True)
def _tenancy(release: Release, target: Target) -> None:
    release.write("seatrial.toml", TENANCY)
    fill_club(target)


def left(target: Target) -> dict[str, int]:
    """How many rows each table of the archive has."""
    found = {}
    with connect(target.dsn, application_name="test") as connection:
        for name in PLACES:
            place = sql.Identifier(KEPT if " " in name else BACK, name)
            [row] = rows(connection, sql.SQL("SELECT count(*) AS number FROM {}").format(place))
            found[name] = row["number"]
    return found


def lines(answer: Answer) -> dict[str, str]:
    """What is said of each table, by what it is."""
    words = (line.split(" ", maxsplit=2)[2] for line in answer.lines if line[2:3] == "#")
    return {name: said for name, _, said in (line.partition(": ") for line in words)}


def asked(answer: Answer) -> dict[str, str]:
    """The same, in the question."""
    words = (line.strip().split(" ", maxsplit=2)[2] for line in answer.err.splitlines() if line[4:5] == "#")
    return {name: said for name, _, said in (line.partition(": ") for line in words)}


def test_a_tenants_rows_go_from_every_form(seatrial: Console, target: Target) -> None:
    answer = seatrial("archive", "erase", "--tenant", CLUB, *target.agreed, code=0)
    assert left(target) == {
        "boats": 2, "crew": 2, "tasks": 2, "profiles": 2, "visits": 0, "boats columns": 2, "notes columns": 1,
        "notes was": 1, "notes became": 1,
    }  # fmt: skip
    assert asked(answer) == {
        "table public.boats": "2 rows, by club_id",
        "table public.crew": "3 rows, through boat and public.boats",
        "table public.tasks": "1 row, through crew and public.crew",
        "table public.profiles": "none, its rows are of users",
        "table public.ranks": "none, its rows are nobody's, as declared",
        "table public.visits": "4 rows, by club_id",
        "column name of public.boats": "2 rows, through id and public.boats",
        "column text of public.notes": "2 rows, by club_id",
        "rows of public.notes, as they were": "2 rows, by club_id",
        "rows of public.notes, as they became": "1 row, by club_id",
    }
    assert lines(answer) == {
        "table public.boats": "2 rows erased", "table public.crew": "3 rows erased",
        "table public.tasks": "1 row erased", "table public.visits": "4 rows erased",
        "column name of public.boats": "2 rows erased", "column text of public.notes": "2 rows erased",
        "rows of public.notes, as they were": "2 rows erased", "rows of public.notes, as they became": "1 row erased",
    }  # fmt: skip
    assert answer.lines[-1] == "✓ Erased: 17 rows from 8 tables of the archive of the given DSN."
    # What is in use is not the archive's.
    assert target.value("SELECT count(*) FROM public.notes") == 3


def test_a_persons_rows_go_and_the_tenants_stay(seatrial: Console, target: Target) -> None:
    answer = seatrial("archive", "erase", "--user", ANN, *target.agreed, code=0)
    assert left(target) == PLACES | {"profiles": 1, "notes columns": 2, "notes was": 2, "notes became": 1}
    assert asked(answer)["table public.boats"] == "none, its rows are of tenants"
    assert asked(answer)["table public.visits"] == "0 rows, by user_id"


def test_rows_that_a_rollback_would_give_back_are_counted_in_the_question(seatrial: Console, target: Target) -> None:
    deployed(target)
    answer = seatrial("archive", "erase", "--tenant", CLUB, *target.agreed, code=0)
    # Two values of boats, two of notes, and two rows that are kept as they were and as they became.
    assert f"! 6 rows erased cannot come back with the rollback of {V1}" in answer.err.splitlines()


def test_nobody_learns_who_it_was(seatrial: Console, target: Target) -> None:
    answer = seatrial("archive", "erase", "--tenant", CLUB, *target.agreed, "--format", "json", code=0)
    assert CLUB not in answer.said
    assert answer.json["result"]["shares"][0]["what"] == "table public.tasks"
    ledger = target.ask(
        "SELECT a::text AS row FROM seatrial.archive AS a UNION ALL SELECT t::text FROM seatrial.attempts AS t"
    )
    assert not any(CLUB in row["row"] for row in ledger)


def test_whom_the_archive_does_not_know(seatrial: Console, target: Target) -> None:
    with target.untouched():
        # Without a question, as nothing would happen.
        answer = seatrial("archive", "erase", "--tenant", ANN, "--target", target.dsn, code=0)
    assert answer.lines[-1] == ("✓ Nothing of this tenant is in what was looked into of the archive of the given DSN.")


def test_it_is_asked_before_anything_goes(seatrial: Console, target: Target) -> None:
    refused = seatrial("archive", "erase", "--tenant", CLUB, "--target", target.dsn, code=2)
    assert refused.error["code"] == "ask.no-terminal"
    assert left(target) == PLACES


def test_identifiers_are_compared_as_what_they_are(seatrial: Console, target: Target) -> None:
    seatrial("archive", "erase", "--tenant", OTHER.upper(), *target.agreed, code=0)
    assert left(target)["boats"] == 3
    refused = seatrial("archive", "erase", "--tenant", "'; DROP TABLE boats", *target.agreed, code=2)
    assert refused.error["code"] == "archive.bad-id"
    assert "DROP" not in refused.err


# What cannot be told ------------------------------------------------------------------------------------------


def test_a_table_of_which_nobody_can_tell_stops_it(seatrial: Console, target: Target) -> None:
    target.execute("CREATE TABLE seatrial_archive_back_20250301000100_public.stray (id uuid, payload text)")
    number = enter(target, V2, "rollback", "table", "public.stray", f"{BACK}.stray")
    refused = seatrial("archive", "erase", "--tenant", CLUB, *target.agreed, code=1)
    assert refused.error["code"] == "archive.untold"
    assert f"#{number} table public.stray" in refused.error["why"]
    assert left(target) == PLACES
    answer = seatrial("archive", "erase", "--tenant", CLUB, "--leave", *target.agreed, code=0)
    assert answer.lines[-1].endswith("; 1 table left, where nobody can tell whose rows they are.")
    assert left(target)["boats"] == 2


def test_a_table_that_no_entry_speaks_of_stops_it(seatrial: Console, target: Target) -> None:
    target.execute("DELETE FROM seatrial.archive WHERE object = 'public.visits'")
    refused = seatrial("archive", "erase", "--tenant", CLUB, *target.agreed, code=1)
    assert f"{BACK}.visits: unknown, the list of the archive does not say what it is" in refused.error["why"]


def test_an_entry_that_points_elsewhere_stops_it_and_nothing_there_goes(seatrial: Console, target: Target) -> None:
    enter(target, V1, "deploy", "table", "public.notes", "public.notes")
    refused = seatrial("archive", "erase", "--tenant", CLUB, *target.agreed, code=1)
    assert "public.notes is not in a schema of the archive" in refused.error["why"]
    seatrial("archive", "erase", "--tenant", CLUB, "--leave", *target.agreed, code=0)
    assert target.value("SELECT count(*) FROM public.notes") == 3


def test_rows_whose_parent_is_gone_are_counted(seatrial: Console, target: Target) -> None:
    target.execute("DELETE FROM seatrial_archive_back_20250301000100_public.boats WHERE id = 3")
    refused = seatrial("archive", "erase", "--tenant", CLUB, *target.agreed, code=1)
    assert "of 1 other row nobody can tell" in refused.error["why"]
    assert left(target)["crew"] == PLACES["crew"]


def test_a_parent_in_use_tells_as_well(seatrial: Console, target: Target) -> None:
    target.execute(
        "ALTER TABLE seatrial_archive_back_20250301000100_public.boats SET SCHEMA public;"
        "DELETE FROM seatrial.archive WHERE place LIKE '%boats' AND contents = 'table';"
        "ALTER TABLE seatrial_archive_back_20250301000100_public.crew "
        "ADD FOREIGN KEY (boat) REFERENCES public.boats (id)"
    )
    answer = seatrial("archive", "erase", "--tenant", CLUB, *target.agreed, code=0)
    assert asked(answer)["table public.crew"] == "3 rows, through boat and public.boats"
    assert target.value("SELECT count(*) FROM public.boats") == PLACES["boats"]


def test_rows_that_are_hidden_are_not_taken_for_none(seatrial: Console, target: Target) -> None:
    target.execute(
        "GRANT ALL ON SCHEMA seatrial, seatrial_archive_back_20250301000100_public TO authenticator;"
        "GRANT ALL ON ALL TABLES IN SCHEMA seatrial, seatrial_archive_back_20250301000100_public TO authenticator;"
        "ALTER TABLE seatrial_archive_back_20250301000100_public.boats ENABLE ROW LEVEL SECURITY"
    )
    dsn = target.dsn.replace("postgres@", "authenticator@")
    refused = seatrial("archive", "erase", "--tenant", CLUB, "--target", dsn, "--yes", target.name, code=1)
    assert refused.error["code"] == "archive.denied"
    assert left(target) == PLACES


# Usage --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [[], ["--user", ANN, "--tenant", CLUB]])
def test_one_of_both_is_given(options: list[str], seatrial: Console, target: Target) -> None:
    assert seatrial("archive", "erase", *options, *target.agreed, code=2).error["code"] == "archive.whose"


def test_without_a_tenancy_nobody_can_tell(release: Release, seatrial: Console, target: Target) -> None:
    release.write("seatrial.toml", "")
    refused = seatrial("archive", "erase", "--tenant", CLUB, *target.agreed, code=2)
    assert refused.error["code"] == "archive.no-tenancy"
