"""The faults of policies as PostgreSQL 15 shows them, whose plans name sub-selects in another way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.performance.policy_folder import ask, call, with_notes

from seatrial.pg.connection import database_of
from seatrial.pg.statement import execute_statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

pytestmark = pytest.mark.second_server

READ_MEMBERS = "GRANT SELECT ON public.members TO authenticated"
MY_TEAMS = "team_id = ANY (ARRAY(SELECT m.team_id FROM public.members m WHERE m.user_id = (SELECT auth.uid())))"


@pytest.fixture
def admin(second_server: Server, second_db: str) -> Iterator[Connection]:
    """A superuser, on a fresh database."""
    with second_server.superuser(database_of(second_db)) as connection:
        yield connection


@pytest.fixture(autouse=True)
def all_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """What so few rows gain is not the question here."""
    monkeypatch.setattr("seatrial.performance.policies.cost.is_shown", lambda _fault, _cost: True)


@pytest.mark.parametrize(
    ("policy", "code"),
    [
        ("auth.uid() = user_id", "PRF001"),
        ("public.is_admin() OR auth.uid() = user_id", "PRF001"),
        ("team_id = any (public.user_teams())", "PRF001"),
        ("(SELECT public.can(team_id))", "PRF005"),
        (
            "(SELECT auth.uid()) IN (SELECT m.user_id FROM public.members m WHERE m.team_id = notes.team_id)",
            "PRF006",
        ),
    ],
)
def test_what_runs_per_row_is_seen_and_mended(admin: Connection, policy: str, code: str) -> None:
    with_notes(admin, policy, READ_MEMBERS)
    found = ask(admin).fault
    assert (found.kind, found.code, found.note) == ("per row", code, "")
    execute_statement(admin, found.rewrite)
    assert ask(admin).faults == ()


def test_lists_are_no_fault(admin: Connection) -> None:
    with_notes(admin, MY_TEAMS, READ_MEMBERS)
    assert ask(admin).faults == ()


def test_a_lost_index_is_seen_and_given_back(admin: Connection) -> None:
    prefix = "CREATE INDEX notes_prefix ON public.notes (body text_pattern_ops); ANALYZE public.notes"
    with_notes(admin, MY_TEAMS, READ_MEMBERS, prefix)
    found = ask(admin, call("SELECT n.id FROM notes n WHERE n.body LIKE $1", params=("note 15%",))).fault
    assert found.what == "notes_prefix is not used, as ~~ (LIKE) is not known to be leakproof"
    assert (found.note, found.rewritten is None) == ("", False)


def test_a_helper_that_is_not_parallel_safe_is_seen_and_marked(admin: Connection) -> None:
    with_notes(admin, "(SELECT public.is_admin())", "ALTER FUNCTION public.is_admin() PARALLEL UNSAFE")
    found = ask(admin, call("SELECT count(*) FROM public.notes")).fault
    assert (found.kind, found.rewrite) == ("not parallel", "ALTER FUNCTION public.is_admin() PARALLEL SAFE;")
