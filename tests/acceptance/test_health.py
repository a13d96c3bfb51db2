"""`seatrial health`: what a person reads, what a script reads, and the schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.acceptance.release import BOATS
from tests.postgres.health.looking import pretend

if TYPE_CHECKING:
    from tests.acceptance.console import Console
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

pytestmark = pytest.mark.usefixtures("release")

BAD = (
    "CREATE TABLE contacts (id bigint PRIMARY KEY, name text, tenant uuid); "
    "CREATE INDEX named ON contacts (name); CREATE INDEX named_too ON contacts (name)"
)
#: A job of pg_cron, where it never runs; so the function is called as the job would.
RUN = "SELECT seatrial.record_health()"


@pytest.fixture
def cared_for(target: Target, monkeypatch: pytest.MonkeyPatch) -> Target:
    """A target whose autovacuum is on, as servers have it and scratches do not."""
    pretend(monkeypatch, ("current_setting('autovacuum') = 'off'", "false"))
    return target


# Look -------------------------------------------------------------------------------------------------------------


def test_a_sound_database_is_a_yes(seatrial: Console, cared_for: Target) -> None:
    answer = seatrial("health", "--target", cared_for.dsn, code=0)
    assert "✓ No invalid indexes" in answer.lines
    assert answer.lines[-1].startswith("✓ the given DSN: nothing to do; ")


def test_what_can_wait_is_told_and_is_no_failure(seatrial: Console, cared_for: Target) -> None:
    cared_for.execute(BAD)
    with cared_for.untouched():
        answer = seatrial("health", "--target", cared_for.dsn, code=0)
    assert answer.lines[0] == "! 1 index that another one covers"
    assert "fix: DROP INDEX CONCURRENTLY public.named_too;" in answer.out
    assert answer.lines[-1].startswith("✓ the given DSN: 1 thing to do, none urgent; ")


def test_what_is_urgent_is_a_no_and_comes_first(seatrial: Console, target: Target) -> None:
    # Scratches have no autovacuum.
    target.execute(BAD)
    answer = seatrial("health", "--target", target.dsn, code=1)
    assert answer.lines[:2] == ["✗ 1 table that vacuum is behind with, urgent", "! 1 index that another one covers"]
    assert answer.lines[-1].startswith("✗ the given DSN: 2 things to do, 1 urgent; ")


def test_the_same_as_json(seatrial: Console, target: Target) -> None:
    target.execute(BAD)
    document = seatrial("health", "--target", target.dsn, "--format", "json", code=1).json
    said = {one["check"]: one for one in document["result"]["examined"]}
    [ailment] = said["duplicate-indexes"]["ailments"]
    assert (ailment["object"], ailment["urgent"]) == ("public.named_too", False)
    assert ailment["remedy"] == "DROP INDEX CONCURRENTLY public.named_too;"
    assert {"name": "same as", "value": "public.named"} in ailment["figures"]
    assert said["tenant-columns"]["soundness"] == "not run"


def test_tenant_columns_come_from_the_settings(seatrial: Console, target: Target, release: Release) -> None:
    target.execute(BAD)
    (release.root / "seatrial.toml").write_text(
        '[tenancy]\ntenant_table = "public.tenants"\n[tenancy.tables."public.contacts"]\ntenant = "tenant"\n',
        encoding="utf-8",
    )
    answer = seatrial("health", "--target", target.dsn, code=1)
    assert "fix: CREATE INDEX CONCURRENTLY contacts_tenant_idx ON public.contacts (tenant);" in answer.out


def test_a_page_is_written_and_nothing_else_is_replaced(seatrial: Console, target: Target, release: Release) -> None:
    target.execute(BAD)
    page = release.root / "health.html"
    for _ in range(2):
        seatrial("health", "--target", target.dsn, "--html", str(page), code=1)
    assert "1 index that another one covers" in page.read_text(encoding="utf-8")

    page.write_text("mine", encoding="utf-8")
    answer = seatrial("health", "--target", target.dsn, "--html", str(page), code=2)
    assert answer.error["code"] == "document.not-ours"
    assert page.read_text(encoding="utf-8") == "mine"


def test_a_target_that_does_not_answer(seatrial: Console) -> None:
    answer = seatrial("health", "--target", "postgresql://postgres@127.0.0.1:1/postgres", code=2)
    assert answer.error["code"] == "target.unreachable"


# Schedule ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def with_cron(target: Target) -> Target:
    """A target with pg_cron, as the platform has it."""
    target.execute("CREATE EXTENSION pg_cron")
    return target


def test_without_pg_cron_another_machine_is_told_to_look(seatrial: Console, target: Target) -> None:
    with target.untouched():
        answer = seatrial("health", "--schedule", "--at", "30 5 * * 0", *target.agreed, code=1)
    assert "CREATE EXTENSION pg_cron" in answer.out
    assert "30 5 * * 0 seatrial health" in answer.out
    assert "OnCalendar=Sun *-*-* 05:30:00 UTC" in answer.out
    assert "- cron: '30 5 * * 0'" in answer.out
    assert answer.lines[-1] == "✗ the given DSN has no pg_cron, so nothing was scheduled."


def test_it_asks_before_it_changes_anything(seatrial: Console, with_cron: Target) -> None:
    with with_cron.untouched():
        answer = seatrial("health", "--schedule", "--target", with_cron.dsn, code=2)
        assert answer.error["code"] == "ask.no-terminal"
        other = seatrial("health", "--schedule", "--target", with_cron.dsn, "--yes", "other", code=1)
        assert other.error["code"] == "ask.other-name"
    assert "only their owner may use them" in answer.err


def test_a_schedule_is_made_once_and_taken_away(seatrial: Console, with_cron: Target) -> None:
    for at in ("0 6 * * 1", "0 6 * * 1", "0 7 * * 2"):
        seatrial("health", "--schedule", "--at", at, *with_cron.agreed, code=0)
    jobs = with_cron.ask("SELECT jobname, schedule, command FROM cron.job")
    assert jobs == [{"jobname": "seatrial-health", "schedule": "0 7 * * 2", "command": RUN}]

    with_cron.execute(RUN)
    seatrial("health", "--unschedule", *with_cron.agreed, code=0)
    assert with_cron.ask("SELECT FROM cron.job") == []
    assert with_cron.value("SELECT to_regprocedure('seatrial.record_health()')") is None
    assert with_cron.value("SELECT count(*) FROM seatrial.health_reports") == 1
    again = seatrial("health", "--unschedule", *with_cron.agreed, code=0)
    assert again.lines == ["✓ Nothing was scheduled on the given DSN."]


def test_the_usual_time_is_monday_at_six(seatrial: Console, with_cron: Target) -> None:
    answer = seatrial("health", "--schedule", *with_cron.agreed, code=0)
    assert with_cron.value("SELECT schedule FROM cron.job") == "0 6 * * 1"
    assert answer.lines[0].startswith("next: seatrial health ")


@pytest.mark.parametrize("at", ["weekly", "0 6 * *", "0 6 * * 1; DROP TABLE x"])
def test_what_is_no_schedule_is_refused(seatrial: Console, with_cron: Target, at: str) -> None:
    with with_cron.untouched():
        answer = seatrial("health", "--schedule", "--at", at, *with_cron.agreed, code=2)
    assert answer.error["code"] == "health.cron"


def test_a_schedule_that_pg_cron_refuses_leaves_nothing(seatrial: Console, with_cron: Target) -> None:
    with with_cron.untouched():
        seatrial("health", "--schedule", "--at", "99 6 * * 1", *with_cron.agreed, code=1)


def test_the_last_run_says_what_is_new_and_what_is_gone(seatrial: Console, with_cron: Target) -> None:
    assert seatrial("health", "--last", "--target", with_cron.dsn, code=2).error["code"] == "health.not-scheduled"
    seatrial("health", "--schedule", *with_cron.agreed, code=0)
    assert seatrial("health", "--last", "--target", with_cron.dsn, code=2).error["code"] == "health.not-yet"

    with_cron.execute(f"{BAD}; CREATE TABLE keyless (x int)")
    with_cron.execute(RUN)
    first = seatrial("health", "--last", "--target", with_cron.dsn, "--format", "json", code=1).json["result"]
    assert (first["before"], first["new"], first["gone"]) == ("", [], [])

    with_cron.execute("DROP INDEX named_too; CREATE TABLE keyless_too (x int)")
    with_cron.execute(RUN)
    answer = seatrial("health", "--last", "--target", with_cron.dsn, code=1)
    assert "  public.keyless_too, new" in answer.lines
    assert "  public.keyless" in answer.lines
    assert any(line.endswith("public.named_too (duplicate-indexes)") for line in answer.lines)
    assert ", 1 new; " in answer.lines[-1]


def test_a_scheduled_run_finds_what_a_look_finds(seatrial: Console, with_cron: Target) -> None:
    with_cron.execute(BAD)
    seatrial("health", "--schedule", *with_cron.agreed, code=0)
    with_cron.execute(RUN)
    now, then = (
        {
            one["check"]: [(each["object"], each["remedy"]) for each in one["ailments"]]
            for one in seatrial("health", *words, "--target", with_cron.dsn, "--format", "json", code=1).json["result"][
                "examined"
            ]
        }
        for words in ((), ("--last",))
    )
    assert "tenant-columns" not in then, "the database does not know the settings"
    assert then == {name: found for name, found in now.items() if name != "tenant-columns"}


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
def test_only_the_owner_may_read_or_run_it(seatrial: Console, with_cron: Target, role: str) -> None:
    with_cron.execute("CREATE SCHEMA seatrial; ALTER DEFAULT PRIVILEGES IN SCHEMA seatrial GRANT ALL ON TABLES TO anon")
    with_cron.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA seatrial GRANT ALL ON FUNCTIONS TO service_role")
    seatrial("health", "--schedule", *with_cron.agreed, code=0)
    [rights] = with_cron.ask(
        "SELECT has_table_privilege(r, 'seatrial.health_reports', 'SELECT, INSERT, UPDATE, DELETE') AS reports, "
        "has_table_privilege(r, 'seatrial.health_checks', 'SELECT, INSERT, UPDATE, DELETE') AS checks, "
        "has_function_privilege(r, 'seatrial.record_health()', 'EXECUTE') AS runs, "
        "has_schema_privilege(r, 'seatrial', 'USAGE') AS enters FROM (SELECT %s::name AS r) AS who",
        [role],
    )
    assert set(rights.values()) == {False}


def test_a_deployment_and_its_verification_do_not_mind(seatrial: Console, with_cron: Target, release: Release) -> None:
    release.add(BOATS)
    seatrial("health", "--schedule", *with_cron.agreed, code=0)
    seatrial("deploy", *with_cron.agreed, code=0)
    differences = seatrial("verify", "--target", with_cron.dsn, "--format", "json").json["result"]["differences"]
    assert not [one for one in differences if "health" in str(one)]


def test_options_that_exclude_each_other(seatrial: Console, target: Target) -> None:
    assert seatrial("health", "--last", "--schedule", "--target", target.dsn).code == 2
    assert seatrial("health", "--at", "0 6 * * 1", "--target", target.dsn).code == 2
