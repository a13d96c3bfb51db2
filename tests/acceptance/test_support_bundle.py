"""`seatrial support-bundle`: everything that helps, no secret, no value of a row."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.acceptance.deployed import PLAN, deployed
from tests.acceptance.release import BOATS, CREW
from tests.acceptance.target import Target

from seatrial.model.plan import Basis, Plan, PlanStep
from seatrial.pg.connection import connect
from seatrial.project.plan_file import write_plan

if TYPE_CHECKING:
    from tests.acceptance.console import Console
    from tests.acceptance.release import Release

OUT = "help.zip"
#: Each of them is planted where it could get in.
SECRETS = ("hunter22", "s3cr3t-of-env", "s3cr3t-of-pg", "pooler-pass", "eyJhbGciOi")
VALUES = ("eve@example.org", "Santa Maria", "4711471147", "PI-31415", "leave my note", "sample-mmm")

SETTINGS = """
[project]
name = "boats"

[targets.production]
dsn = "env(DATABASE_URL)"

[targets.staging]
dsn = "postgresql://staff:hunter22@localhost:1/x"

[targets.hosted]
project_ref = "abcdefghijklmnopqrst"
pooler = "postgresql://postgres.abc:pooler-pass@pooler.example:5432/postgres"
password = "env(HOSTED_PASSWORD)"

[[expect]]
name = "one ship"
sql = "SELECT name FROM public.boats WHERE name = 'Santa Maria'"
equals = "Santa Maria"

[[functional]]
name = "a member reads"
role = "authenticated"
claims = { sub = "4711471147", token = "eyJhbGciOi" }
sql = "SELECT 1 FROM public.boats WHERE name = 'PI-31415'"
expect = { rows = 0 }

[[workload]]
name = "by name"
sql = "SELECT * FROM public.boats WHERE name = $1"
params = ["eve@example.org"]
claims = { email = "eve@example.org" }

[deploy]
lock_wait_ms = 800

[[waive]]
code = "RLS001"
file = "*"
until = 2099-01-01
because = "leave my note"
"""


def members(path: str | Path = OUT) -> dict[str, Any]:
    """What is in the bundle, by name."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name.partition("/")[2]: json.loads(archive.read(name)) for name in archive.namelist()}


def must_not_hold(*words: str) -> None:
    """Look through every byte of every member, and of the file as it is."""
    with zipfile.ZipFile(OUT) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()} | {OUT: Path(OUT).read_bytes()}
    found = {(name, word) for name, content in contents.items() for word in words if word.encode() in content}
    assert found == set()


@pytest.fixture
def club(release: Release, seatrial: Console, target: Target, monkeypatch: pytest.MonkeyPatch) -> Release:
    """A release that is deployed, with customers in it, and secrets all around."""
    # The command line's environment has been cleared by now.
    assert callable(seatrial)
    monkeypatch.setenv("DATABASE_URL", target.dsn)
    monkeypatch.setenv("HOSTED_PASSWORD", "s3cr3t-of-env")
    monkeypatch.setenv("PGPASSWORD", "s3cr3t-of-pg")
    release.write("seatrial.toml", SETTINGS)
    release.add(BOATS)
    deployed(target)
    target.execute(
        "INSERT INTO public.boats SELECT i, 'sample-mmm' FROM generate_series(1, 200) AS i; "
        "INSERT INTO public.boats VALUES (1000, 'Santa Maria'), (1001, 'eve@example.org'); ANALYZE public.boats"
    )
    # Failures whose messages and details quote rows.
    release.add({"20250301000050_number.sql": "ALTER TABLE public.boats ALTER name TYPE int USING name::int;\n"})
    deployed(target)
    release.add({"20250301000050_number.sql": "CREATE UNIQUE INDEX one_name ON public.boats (name);\n"})
    deployed(target)
    release.remove("20250301000050_number.sql")
    return release


def test_it_holds_what_helps(club: Release, seatrial: Console, target: Target) -> None:
    assert club.root.is_dir()
    with target.untouched():
        answer = seatrial("support-bundle", "--target", "production", "--out", OUT, code=0)
    found = members()
    assert list(found) == [
        "manifest.json", "versions.json", "settings.json", "check.json", "server.json", "status.json", "history.json",
        "verify.json",
    ]  # fmt: skip
    assert {"seatrial", "python", "libpq", "psycopg", "scratch"} <= found["versions.json"].keys()
    assert found["server.json"]["version"].startswith("18")
    assert found["server.json"]["is_standby"] is False
    assert "max_connections" in found["server.json"]["settings"]
    assert "plpgsql" in found["server.json"]["extensions"]
    assert len(found["server.json"]["fingerprint of the schema"]) == 64
    assert [row["state"] for row in found["status.json"]["result"]] == ["applied"]
    tries = found["history.json"]["result"]
    assert [one["result"] for one in tries] == ["failed", "failed", "complete"]
    assert tries[0]["end"]["error"].startswith("23505 could not create unique index")
    assert {one["attempt"]["plan"] for one in tries} == {PLAN}
    assert found["verify.json"]["result"]["answers"][0] == {"kind": "expect", "name": "one ship", "as expected": True}
    # All of it is listed at the end, with what is missing.
    assert all(any(name in line for line in answer.lines) for name in found)
    assert not any(line.startswith("! missing") for line in answer.lines)
    assert answer.lines[-1].startswith("✓ Saved to help.zip: 8 files, ")
    assert [part["name"] for part in found["manifest.json"]["parts"]][-1] == "verify.json"


def test_it_holds_no_secret_and_no_value(club: Release, seatrial: Console) -> None:
    assert club.root.is_dir()
    answer = seatrial("support-bundle", "--target", "production", "--out", OUT, code=0)
    must_not_hold(*SECRETS, *VALUES)
    assert not any(word in answer.said for word in (*SECRETS, *VALUES))
    settings = members()["settings.json"]
    assert settings["targets"]["production"] == {"dsn": "env(DATABASE_URL)"}
    assert settings["targets"]["staging"] == {"dsn": "(left out)"}
    assert settings["expect"] == [{"name": "one ship"}]
    assert settings["deploy"] == {"lock_wait_ms": 800}
    assert settings["functional"] == [{"name": "a member reads", "role": "authenticated"}]


def test_a_password_is_found_wherever_it_stands(club: Release, seatrial: Console, target: Target) -> None:
    """Names of objects are told, but not when they hold the password."""
    club.write("seatrial.toml", SETTINGS.replace("one ship", "one s3cr3t-of-pg").replace("by name", "by hunter22"))
    with connect(target.dsn) as connection:
        connection.execute("UPDATE seatrial.attempts SET error = '42P01 no s3cr3t-of-env', os_user = 's3cr3t-of-pg'")
    seatrial("support-bundle", "--target", "production", "--out", OUT, code=0)
    must_not_hold(*SECRETS)
    assert members()["settings.json"]["expect"] == [{"name": "one ********"}]


def test_a_fact_that_differs_is_named_without_its_text(club: Release, seatrial: Console, target: Target) -> None:
    assert club.root.is_dir()
    target.execute("ALTER TABLE public.boats ALTER name SET DEFAULT 'PI-31415'; DELETE FROM public.boats")
    seatrial("support-bundle", "--target", "production", "--out", OUT, code=0)
    must_not_hold(*SECRETS, *VALUES)
    verified = members()["verify.json"]
    assert verified["exit code"] == 1
    [difference] = verified["result"]["differences"]
    assert (difference["name"], difference["fact"]) == ("public.boats.name", "default")
    assert verified["result"]["answers"][0]["as expected"] is False


def test_a_file_that_does_not_apply_shows_none_of_its_text(club: Release, seatrial: Console, target: Target) -> None:
    """Neither on the scratch nor in what the checks find."""
    club.add(
        {"20250301000055_bad.sql": "SELECT 'PI-31415'::int;\n", "20250301000058_bad.sql": "SELECT 'Santa Maria;\n"}
    )
    seatrial("support-bundle", "--target", "production", "--out", OUT, code=0)
    must_not_hold(*SECRETS, *VALUES)
    checked = members()["check.json"]
    assert any(one["file"].endswith("58_bad.sql") for one in checked["result"]["findings"])
    club.remove("20250301000058_bad.sql")
    target.execute(
        "INSERT INTO supabase_migrations.schema_migrations (version, name, statements) "
        "VALUES ('20250301000055', 'bad', ARRAY['SELECT ''PI-31415''::int'])"
    )
    seatrial("support-bundle", "--target", "production", "--out", OUT, code=0)
    must_not_hold(*SECRETS, *VALUES)
    verify = next(one for one in members()["manifest.json"]["parts"] if one["name"] == "verify.json")
    assert verify["missing"].startswith("verify.no-expectation: ")


def test_without_a_target_that_answers(club: Release, seatrial: Console) -> None:
    assert club.root.is_dir()
    answer = seatrial("support-bundle", "--target", "staging", "--out", OUT, code=0)
    must_not_hold(*SECRETS, *VALUES)
    assert list(members()) == ["manifest.json", "versions.json", "settings.json", "check.json"]
    missing = {one["name"]: one["missing"] for one in members()["manifest.json"]["parts"] if one["missing"]}
    assert {"server.json", "status.json", "history.json", "verify.json"} == missing.keys()
    assert missing["history.json"].startswith("target.unreachable: the target cannot be reached")
    assert sum(line.startswith("! missing") for line in answer.lines) == 4


def test_with_settings_that_cannot_be_read(release: Release, seatrial: Console) -> None:
    release.write("seatrial.toml", '[targets.production]\ndsn = "postgresql://a:hunter22@h/x"\nnonsense = 1\n')
    seatrial("support-bundle", "--target", "production", "--out", OUT, code=0)
    must_not_hold(*SECRETS)
    assert list(members()) == ["manifest.json", "versions.json"]
    missing = {one["name"]: one["missing"] for one in members()["manifest.json"]["parts"] if one["missing"]}
    assert missing["settings.json"].startswith("settings.invalid: ")


def test_a_folder_with_nothing_in_it(release: Release, seatrial: Console) -> None:
    assert release.root.is_dir()
    seatrial("support-bundle", "--out", OUT, code=0)
    missing = {one["name"]: one["missing"] for one in members()["manifest.json"]["parts"] if one["missing"]}
    assert missing["check.json"].startswith("release.")
    assert missing["server.json"].startswith("target.unknown: which target?")


def test_a_plan_without_what_its_files_say(club: Release, seatrial: Console) -> None:
    assert club.root.is_dir()
    step = PlanStep(
        version="20250301000100", label="20250301000100_crew", number=0, kind="ahead", digest="d", forecast=(1, 2),
        statement_timeout_ms=0, held=None, locks=(), assertions=("SELECT 'eve@example.org' = ''", "SELECT true"),
        sql="CREATE INDEX one ON public.boats (id) WHERE name = 'Santa Maria'", index="public.one",
    )  # fmt: skip
    basis = Basis(
        site="",
        target="production",
        role="postgres",
        files={},
        settings="",
        ledger="",
        begun={},
        schema={},
        surroundings="",
    )
    plan = Plan(
        made_at="2026-01-01T00:00:00+00:00", tool="seatrial", rehearsed_on="PostgreSQL 18.6", steps=(step,),
        target_server="PostgreSQL 18.6", basis=basis, security={}, expected={}, after={}, findings={},
    )  # fmt: skip
    write_plan(Path("plan.json"), plan)
    seatrial("support-bundle", "--target", "staging", "--plan", "plan.json", "--out", OUT, code=0)
    must_not_hold(*SECRETS, *VALUES)
    found = members()["plan.json"]
    assert found["digest"] == plan.digest
    assert [(one["index"], one["assertions"], one["sql"]) for one in found["steps"]] == [("public.one", 2, "")]


def test_a_file_that_is_no_plan(club: Release, seatrial: Console) -> None:
    club.write("broken.json", '{"format": 3, "digest": "", "plan": {"note": "eve@example.org"}}')
    seatrial("support-bundle", "--target", "staging", "--plan", "broken.json", "--out", OUT, code=0)
    must_not_hold(*SECRETS, *VALUES)
    missing = {one["name"]: one["missing"] for one in members()["manifest.json"]["parts"]}
    assert missing["plan.json"].startswith("plan.unusable: ")


@pytest.mark.second_server
def test_on_an_older_server(release: Release, seatrial: Console, second_db: str) -> None:
    release.add(BOATS)
    deployed(Target(dsn=second_db))
    seatrial("support-bundle", "--target", second_db, "--out", OUT, code=0)
    found = members()
    assert found["server.json"]["version"].startswith("15")
    assert [one["result"] for one in found["history.json"]["result"]] == ["complete"]
    assert found["verify.json"]["result"]["differences"] == []


# Where it is written -----------------------------------------------------------------------------------------


def test_an_older_bundle_is_replaced(release: Release, seatrial: Console) -> None:
    release.add(BOATS)
    seatrial("support-bundle", "--out", OUT, code=0)
    release.add(CREW)
    seatrial("support-bundle", "--out", OUT, code=0)
    assert members()["check.json"]["result"]["files"] == 2


def test_another_file_is_not(release: Release, seatrial: Console) -> None:
    release.add(BOATS)
    with zipfile.ZipFile("photos.zip", "w") as archive:
        archive.writestr("boat.txt", "seatrial-support/manifest.json")
    release.write("notes.txt", "mine")
    for name in ("photos.zip", "notes.txt"):
        before = Path(name).read_bytes()
        answer = seatrial("support-bundle", "--out", name, code=2)
        assert answer.error["code"] == "document.not-ours"
        assert Path(name).read_bytes() == before
    answer = seatrial("support-bundle", "--out", "supabase/migrations/20990101000000_x.sql", code=2)
    assert answer.error["code"] == "document.source"
    assert sorted(path.name for path in release.migrations.iterdir()) == list(BOATS)
