"""`seatrial watch`: from what was usual to a verdict, on a server that writes a log, under applications at work."""

from __future__ import annotations

import re
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.acceptance.target import Target
from tests.acceptance.watched import DENIED, TWICE, Watched, usual_work

from seatrial.model.journal import EntryKind
from seatrial.model.watch import WatchVerdict
from seatrial.pg.connection import connect
from seatrial.scratch.server import durable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.acceptance.console import Console, Program
    from tests.acceptance.release import Release

    from seatrial.scratch.server import Server

GRANT = "GRANT EXECUTE ON FUNCTION pg_read_binary_file(text, bigint, bigint, boolean) TO postgres"


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a log."""
    with durable(tmp_path_factory.mktemp("logged") / "data") as server:
        yield server


@pytest.fixture
def target(logged: Server, tmp_path: Path) -> Target:
    """A database whose log the deploying role may read."""
    dsn = logged.clone(f"watched_{abs(hash(tmp_path))}")
    database = Target(dsn=dsn).name
    with logged.superuser(database) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA extensions")
        connection.execute(GRANT)
    return Target(dsn=dsn)


@pytest.fixture
def watched(release: Release, seatrial: Console, target: Target) -> Watched:
    """A release that is about to be deployed."""
    return Watched(release, seatrial, target)


def test_a_quiet_release_is_successful(watched: Watched) -> None:
    with usual_work(watched.target):
        watched.note()
        watched.deploy()
        answer = watched.watch("--for", "3s", code=0)
    assert "all signals" in answer.out
    assert watched.kept.verdict is WatchVerdict.SUCCESSFUL
    assert "successful" in watched.record().lower()
    assert "20250301000100_berths" in watched.record()


def test_denials_of_a_policy_of_the_release_fail_it(watched: Watched) -> None:
    with usual_work(watched.target):
        watched.note()
        watched.deploy()
    with usual_work(watched.target, DENIED):
        answer = watched.watch("--for", "1min", code=1)
    assert "writes that a policy denied" in answer.out
    assert "public.berths" in answer.out
    assert "20250301000100_berths" in answer.out
    assert "seatrial rollback --last 1" in answer.out
    # What was refused holds a customer's value, and is nowhere.
    assert "taken" not in watched.everything() + watched.record()


def test_what_nothing_ties_to_the_release_asks_a_person(watched: Watched) -> None:
    with usual_work(watched.target):
        watched.note()
        watched.deploy()
    with usual_work(watched.target, TWICE):
        answer = watched.watch("--for", "3s", code=3)
    assert "violated constraints" in answer.out
    assert "harbours_name_key" in answer.out
    assert watched.kept.verdict is WatchVerdict.INCONCLUSIVE
    assert "Genoa" not in watched.everything()


def test_a_person_lets_it_go_on(watched: Watched, program: Program) -> None:
    with usual_work(watched.target):
        watched.note()
        watched.deploy()

    over = threading.Event()

    def answer() -> None:
        while not over.wait(0.2):
            stand = watched.kept.stand
            if stand and stand.judged and stand.judged.verdict is WatchVerdict.PAUSED:
                program("watch", "--target", watched.target.dsn, "--go-on", "an import")

    thread = threading.Thread(target=answer)
    with usual_work(watched.target, TWICE):
        thread.start()
        found = watched.watch("--for", "30s")
        over.set()
        thread.join()
    # What is asked anew at the very end, nobody has answered.
    assert found.code in {0, 3}
    assert "an import" in watched.everything()


def test_single_samples_make_one_watch(watched: Watched) -> None:
    with usual_work(watched.target):
        watched.note()
        watched.deploy()
        for _ in range(3):
            watched.watch("--for", "1h", "--once", code=0)
        assert watched.samples == 3
        assert watched.kept.verdict is None


def test_what_was_stopped_goes_on_where_it_was(watched: Watched) -> None:
    with usual_work(watched.target):
        watched.note()
        watched.deploy()
        watched.watch("--for", "4s", "--once", code=0)
        before = watched.samples
        time.sleep(1)
        answer = watched.watch("--for", "1h")
    assert watched.samples > before
    # The window is the one that it began with, and in such a short one a second without a look is much.
    assert watched.kept.watch is not None
    assert watched.kept.watch.window == 4.0
    assert answer.code == 3
    assert "nobody was looking" in answer.out


def test_another_deployment_ends_it(watched: Watched) -> None:
    with usual_work(watched.target):
        watched.note()
        watched.deploy()
        watched.watch("--for", "1h", "--once", code=0)
        watched.release.add({"20250301000200_more.sql": "CREATE TABLE public.more (id integer PRIMARY KEY);\n"})
        answer = watched.seatrial("deploy", *watched.target.agreed, code=0)
        watched.watch("--for", "1h", "--once", code=0)
    assert "Deployed" in answer.out
    with connect(watched.target.dsn) as connection:
        found = connection.execute("SELECT verdict, sentence FROM seatrial.watches ORDER BY id").fetchall()
    assert found[0] == ("inconclusive", "Another deployment came before it was over.")
    assert found[-1][0] is None


def test_nothing_deployed(watched: Watched, target: Target) -> None:
    with connect(target.dsn) as connection:
        connection.execute("TRUNCATE seatrial.attempts, seatrial.migrations")
        connection.execute("TRUNCATE supabase_migrations.schema_migrations")
    answer = watched.watch(code=2)
    assert answer.error["code"] == "watch.nothing-deployed"
    assert "--after VERSION" in answer.error["fix"]


def test_two_do_not_watch_at_once(watched: Watched) -> None:
    watched.deploy()
    from seatrial.ledger.watches import watch_alone

    with connect(watched.target.dsn) as connection:
        watch_alone(connection)
        answer = watched.watch("--once", code=2)
    assert answer.error["code"] == "watch.watched-already"


def test_a_target_that_takes_no_writes_is_watched_from_a_folder(watched: Watched) -> None:
    watched.deploy()
    with connect(watched.target.dsn) as connection:
        connection.execute(f'ALTER DATABASE "{watched.target.name}" SET default_transaction_read_only = on')
    watched.watch("--for", "1h", "--once", "--out", "kept", code=0)
    watched.watch("--for", "1h", "--once", "--out", "kept", code=0)
    lines = Path("kept/watch.jsonl").read_text(encoding="utf-8")
    assert len(re.findall('"kind": "measured"', lines)) == 2


def test_without_the_log_it_is_inconclusive_at_best(watched: Watched, logged: Server) -> None:
    with logged.superuser(watched.target.name) as connection:
        connection.execute(GRANT.replace("GRANT", "REVOKE", 1).replace(" TO ", " FROM "))
    with usual_work(watched.target):
        watched.note()
        watched.deploy()
        answer = watched.watch("--for", "2s", code=3)
    assert "GRANT EXECUTE ON FUNCTION pg_read_binary_file" in answer.said
    # Said when it begins, and not at each sample.
    assert len(re.findall("not watched: log", answer.err)) == 1


def test_a_signal_is_silenced(watched: Watched, seatrial: Console) -> None:
    watched.deploy()
    watched.watch("--for", "1h", "--once")
    said = ("--target", watched.target.dsn, "--silence", "slow", "--for", "2h", "--because", "reindexing")
    assert "Silenced" in seatrial("watch", *said, code=0).out
    answer = seatrial("watch", *said[:3], "nonsense", *said[4:], code=2)
    assert answer.error["code"] == "watch.no-signal"
    assert "reindexing" in watched.everything()


def test_no_watch_to_speak_to(watched: Watched, seatrial: Console) -> None:
    answer = seatrial("watch", "--target", watched.target.dsn, "--go-on", "it is fine", code=2)
    assert answer.error["code"] == "watch.none"


def test_a_role_that_may_only_look_says_what_it_needs_and_then_watches(
    watched: Watched, logged: Server, seatrial: Console
) -> None:  # fmt: skip
    watched.deploy()
    role = f"watcher_{watched.target.name}"
    with logged.superuser(watched.target.name) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN")
        connection.execute(f"GRANT pg_monitor TO {role}")
        connection.execute(GRANT.replace("postgres", role))
    as_watcher = ("watch", "--target", logged.dsn(watched.target.name, role), "--no-verify", "--once", "--for", "1h")
    error = seatrial(*as_watcher, code=2).error
    assert error["code"] == "watch.history-unreadable"
    grants = error["fix"].removeprefix("as its owner: ").partition("; or")[0]
    with logged.superuser(watched.target.name) as connection:
        connection.execute(grants)
    assert seatrial(*as_watcher).code in {0, 3}
    assert list(Path("seatrial-watch").glob("*/watch.jsonl"))


def test_a_deployment_that_fails_leaves_the_watch_as_it_is(watched: Watched) -> None:
    watched.deploy()
    watched.watch("--for", "1h", "--once", code=0)
    watched.release.add({"20250301000200_broken.sql": "SELECT 1 / 0;\n"})
    watched.seatrial("deploy", "--unrehearsed", *watched.target.agreed, code=1)
    watched.release.remove("20250301000200_broken.sql")
    watched.watch("--for", "1h", "--once", code=0)
    assert watched.samples == 2


def test_what_was_usual_before_another_deployment_is_not_usual_any_more(watched: Watched) -> None:
    watched.note("1s")
    watched.deploy()
    watched.note("1s")
    assert sum(one.kind is EntryKind.FOUND for one in watched.kept.entries) == 1


def test_a_folder_that_is_named_has_the_page_from_the_first_sample_on(watched: Watched, tmp_path: Path) -> None:
    watched.deploy()

    watched.watch("--for", "1h", "--once", "--out", str(tmp_path / "pages"), code=0)

    assert "this page does not renew itself" in (tmp_path / "pages" / "page.html").read_text(encoding="utf-8")
    assert (tmp_path / "pages" / "record.md").exists()
