"""`seatrial archive` while a deployment or a rollback is half done, and what restoring makes impossible."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.acceptance.archived import BACK, V1, V2, deployed, enter, fill

if TYPE_CHECKING:
    from tests.acceptance.console import Console
    from tests.acceptance.target import Target

pytestmark = pytest.mark.usefixtures("release")

COMMANDS = ("restore", "purge")


def copying(target: Target) -> int:
    """Values of boats that the rollback of the second version copies, when it is cut off."""
    target.execute(
        "INSERT INTO supabase_migrations.schema_migrations (version) VALUES ('20250301000100');"
        'CREATE TABLE seatrial_archive_back_20250301000100_public."boats columns" AS '
        "SELECT id, name AS berth FROM public.boats WHERE id < 3;"
        "INSERT INTO seatrial.steps (version, step, content_digest, done) VALUES ('undo-20250301000100', 1, 'd', true)"
    )
    details = {"key": ["id"], "columns": ["berth"], "also": []}
    return enter(target, V2, "rollback", "columns", "public.boats", f'{BACK}."boats columns"', details=details)


@pytest.mark.parametrize("command", COMMANDS)
def test_what_a_rollback_is_in_the_middle_of_stays(command: str, seatrial: Console, target: Target) -> None:
    fill(target)
    deployed(target)
    number = copying(target)
    with target.untouched():
        refused = seatrial("archive", command, str(number), *target.agreed, code=1)
    assert refused.error["code"] == "archive.in-use"
    assert refused.error["why"] == f"the rollback of {V2} is half done"
    assert refused.error["fix"] == f'end it first: seatrial rollback --to {V1} --target "$DSN"'
    assert target.value("SELECT returned_at IS NULL AS away FROM seatrial.archive WHERE id = %s", [number])
    # Of another version.
    seatrial("archive", command, "2", *target.agreed, code=0)


@pytest.mark.parametrize("command", COMMANDS)
def test_what_a_deployment_is_in_the_middle_of_stays(command: str, seatrial: Console, target: Target) -> None:
    fill(target)
    target.execute(
        "INSERT INTO seatrial.steps (version, step, content_digest, done) VALUES ('20250301000000', -1, 'd', true)"
    )
    refused = seatrial("archive", command, "2", *target.agreed, code=1)
    assert refused.error["code"] == "archive.in-use"
    assert refused.error["why"] == f"the deployment of {V1} is half done"
    assert refused.error["fix"] == 'end it first: seatrial deploy --target "$DSN"'


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_still_written_to_stays(command: str, seatrial: Console, target: Target) -> None:
    fill(target)
    target.execute(
        "CREATE FUNCTION seatrial_archive_kept_20250301000000_public.keep() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN RETURN NULL; END'; CREATE TRIGGER keeps AFTER INSERT ON public.boats FOR EACH ROW "
        "EXECUTE FUNCTION seatrial_archive_kept_20250301000000_public.keep()"
    )
    refused = seatrial("archive", command, "2", *target.agreed, code=1)
    assert refused.error["code"] == "archive.in-use"
    assert "public.boats" in refused.error["why"]
    assert "seatrial deploy" in refused.error["fix"]


def test_the_list_says_that_it_is_half_done(seatrial: Console, target: Target) -> None:
    fill(target)
    number = copying(target)
    lines = seatrial("archive", "list", "--target", target.dsn, code=0).lines
    [line] = [one for one in lines if f" #{number}  " in one]
    assert line.startswith("! ")
    assert line.endswith(f"  being copied: the rollback of {V2} is half done")
    assert lines[0].endswith(f"  moved: the rollback of {V2} is half done")
    assert lines[1].endswith("UTC, overdue")


def test_what_is_half_done_is_not_overdue(seatrial: Console, target: Target) -> None:
    fill(target)
    deployed(target)
    target.execute(
        "INSERT INTO seatrial.steps (version, step, content_digest, done) VALUES ('undo-20250301000000', 1, 'd', true)"
    )
    answer = seatrial("archive", "list", "--target", target.dsn, code=0)
    assert answer.lines[1].endswith(f"  going back: the rollback of {V1} is half done")
    assert "next:" not in answer.out
    answer = seatrial("archive", "purge", "--overdue", *target.agreed, code=0)
    assert answer.lines == ["✓ Nothing of the archive of the given DSN is overdue."]


# What restoring makes impossible ------------------------------------------------------------------------------


def test_a_rollback_that_counts_on_it_is_named_before_the_question(seatrial: Console, target: Target) -> None:
    fill(target)
    said = f"! the rollback of {V1} is no longer possible afterwards: what it would give back is not there then"
    assert said not in seatrial("archive", "restore", "3", *target.agreed, code=0).said
    deployed(target)
    assert said in seatrial("archive", "restore", "2", *target.agreed, code=0).err.splitlines()


def test_a_deployment_that_counts_on_it_is_named_before_the_question(seatrial: Console, target: Target) -> None:
    fill(target)
    answer = seatrial("archive", "restore", "1", *target.agreed, code=0)
    said = f"! deploying {V2} again finds the table there afterwards, and fails: relation already exists"
    assert said in answer.err.splitlines()


def test_under_another_name_what_was_taken_off_is_for_that_name(seatrial: Console, target: Target) -> None:
    fill(target)
    target.execute("CREATE TABLE public.crew (id bigint)")
    answer = seatrial("archive", "restore", "1", "--as", "public.old_crew", *target.agreed, code=0)
    assert f"! deploying {V2} again brings nothing back afterwards: the table begins empty" in answer.err
    assert "CREATE POLICY crew_select ON public.old_crew FOR SELECT TO authenticated USING (boat = 1);" in answer.lines
    assert "public.crew " not in answer.out
