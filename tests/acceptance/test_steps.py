"""Files of several steps: each step is all or nothing, and a run that stopped goes on where it stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.acceptance.release import BOATS

if TYPE_CHECKING:
    from typing import LiteralString

    from tests.acceptance.console import Answer, Console
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

[FIRST] = BOATS
V1, V2 = "20250301000000", "20250301000100"
SECOND = f"{V2}_steps.sql"
INDEX = "CREATE UNIQUE INDEX CONCURRENTLY boat_name ON public.boats (name);\n"
VALID: LiteralString = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('public.boat_name')"


@pytest.fixture
def boats(release: Release, seatrial: Console, target: Target) -> Target:
    """A target with a table of two boats."""
    release.add({FIRST: BOATS[FIRST] + "INSERT INTO public.boats VALUES (1, 'Ada'), (2, 'Bea');\n"})
    seatrial("deploy", *target.unrehearsed, code=0)
    return target


def deploy(seatrial: Console, target: Target, code: int) -> Answer:
    return seatrial("deploy", *target.unrehearsed, code=code)


def state(seatrial: Console, target: Target) -> str:
    rows = seatrial("status", "--target", target.dsn, "--format", "json").json["result"]["status"]["rows"]
    [found] = [str(row["state"]) for row in rows if row["version"] == V2]
    return found


def test_an_inner_commit_makes_steps_that_are_kept_and_not_repeated(
    release: Release, seatrial: Console, boats: Target
) -> None:
    release.add({
        SECOND: "CREATE TABLE public.log AS SELECT 'one' AS step;\nCOMMIT;\n"
        "INSERT INTO public.log VALUES ('two');\nCOMMIT;\n"
        "INSERT INTO public.log SELECT 'three' FROM public.not_yet;\n"
    })  # fmt: skip
    answer = deploy(seatrial, boats, code=3)
    assert answer.lines[-1] == (
        f"✗ Failed in {V2}_steps: 2 steps of {V2}_steps kept on the given DSN, consistent; "
        "mend the cause and run again."
    )
    assert boats.steps() == [(V2, 1, True), (V2, 2, True)]
    assert state(seatrial, boats) == "unfinished"
    assert boats.versions() == [V1]

    boats.execute("CREATE TABLE public.not_yet AS SELECT 1")
    deploy(seatrial, boats, code=0)
    assert boats.ask("SELECT step FROM public.log ORDER BY ctid") == [
        {"step": "one"},
        {"step": "two"},
        {"step": "three"},
    ]
    assert boats.steps() == []
    assert boats.versions() == [V1, V2]


def test_a_file_that_was_edited_after_some_of_its_steps_is_refused(
    release: Release, seatrial: Console, boats: Target
) -> None:
    begun = "CREATE TABLE public.log ();\nCOMMIT;\nSELECT 1 / 0;\n"
    release.add({SECOND: begun})
    deploy(seatrial, boats, code=3)
    release.add({SECOND: begun.replace("public.log ()", "public.log (line text)")})
    with boats.untouched():
        answer = deploy(seatrial, boats, code=1)
    assert answer.error["code"] == "deploy.edited-halfway"
    assert answer.error["where"] == f"supabase/migrations/{SECOND}"
    assert "1 step" in answer.error["why"]


def test_a_step_that_was_not_begun_may_be_mended(release: Release, seatrial: Console, boats: Target) -> None:
    begun = "CREATE TABLE public.log ();\nCOMMIT;\nSELECT 1 / 0;\n"
    release.add({SECOND: begun})
    deploy(seatrial, boats, code=3)
    release.add({SECOND: begun.replace("1 / 0", "1")})
    deploy(seatrial, boats, code=0)
    assert boats.versions() == [V1, V2]


def test_an_index_built_beside_the_traffic_stands_alone(release: Release, seatrial: Console, boats: Target) -> None:
    release.add({SECOND: INDEX + "COMMENT ON INDEX public.boat_name IS 'one boat a name';\n"})
    deploy(seatrial, boats, code=0)
    assert boats.value(VALID) is True
    assert boats.value("SELECT obj_description('public.boat_name'::regclass)") == "one boat a name"
    assert boats.steps() == []
    [stored] = boats.ask("SELECT statements FROM supabase_migrations.schema_migrations WHERE version = %s", [V2])
    assert stored["statements"] == [INDEX.rstrip(";\n"), "COMMENT ON INDEX public.boat_name IS 'one boat a name'"]


def test_an_index_that_duplicates_leave_invalid_is_said_and_mended_by_the_next_run(
    release: Release, seatrial: Console, boats: Target
) -> None:
    boats.execute("INSERT INTO public.boats VALUES (3, 'Ada')")
    release.add({SECOND: INDEX})
    answer = deploy(seatrial, boats, code=3)
    assert "✗ 23505" in answer.out
    assert "DETAIL: Key (name)=(Ada) is duplicated." in answer.out
    # What stays is named: it slows every write down and answers no query.
    assert "public.boat_name" in answer.lines[-1]
    assert "INVALID" in answer.lines[-1]
    assert boats.value(VALID) is False
    assert state(seatrial, boats) == "unfinished"
    assert boats.versions() == [V1]

    boats.execute("DELETE FROM public.boats WHERE id = 3")
    deploy(seatrial, boats, code=0)
    assert boats.value(VALID) is True
    assert boats.value("SELECT count(*) FROM pg_index WHERE indrelid = 'public.boats'::regclass") == 2
    assert boats.versions() == [V1, V2]
    assert boats.steps() == []


@pytest.mark.parametrize("if_not_exists", ["", "IF NOT EXISTS "])
def test_an_invalid_index_of_somebody_else_is_replaced(
    if_not_exists: str, release: Release, seatrial: Console, boats: Target
) -> None:
    """IF NOT EXISTS would be content with it."""
    boats.execute("INSERT INTO public.boats VALUES (3, 'Ada')")
    with pytest.raises(Exception, match="could not create unique index"):
        boats.execute("CREATE UNIQUE INDEX CONCURRENTLY boat_name ON public.boats (name)")
    boats.execute("DELETE FROM public.boats WHERE id = 3")
    assert boats.value(VALID) is False
    release.add({SECOND: INDEX.replace("CONCURRENTLY ", f"CONCURRENTLY {if_not_exists}")})
    deploy(seatrial, boats, code=0)
    assert boats.value(VALID) is True


def test_a_stand_alone_statement_that_left_nothing_leaves_no_trace(
    release: Release, seatrial: Console, boats: Target
) -> None:
    """It was refused before it did anything: exit 1 is the truth."""
    release.add({SECOND: "CREATE INDEX CONCURRENTLY nowhere ON public.not_yet (name);\n"})
    with boats.untouched():
        answer = deploy(seatrial, boats, code=1)
    assert "✗ 42P01" in answer.out
    assert "nothing of this run remains" in answer.lines[-1]
    assert state(seatrial, boats) == "pending"


def test_a_statement_behind_a_stand_alone_one_fails_and_is_gone_on_with(
    release: Release, seatrial: Console, boats: Target
) -> None:
    release.add({SECOND: INDEX + "SELECT * FROM public.not_yet;\n"})
    answer = deploy(seatrial, boats, code=3)
    assert "1 step" in answer.lines[-1]
    built = boats.value("SELECT 'public.boat_name'::regclass::oid")

    boats.execute("CREATE TABLE public.not_yet ()")
    deploy(seatrial, boats, code=0)
    assert boats.value("SELECT 'public.boat_name'::regclass::oid") == built, "it was not built twice"


def test_a_dropped_index_stays_dropped_when_the_run_is_repeated(
    release: Release, seatrial: Console, boats: Target
) -> None:
    boats.execute("CREATE INDEX boat_name ON public.boats (name)")
    release.add({SECOND: "DROP INDEX CONCURRENTLY public.boat_name;\nSELECT * FROM public.not_yet;\n"})
    deploy(seatrial, boats, code=3)
    assert not boats.has("public.boat_name")
    boats.execute("CREATE TABLE public.not_yet ()")
    deploy(seatrial, boats, code=0)


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("VACUUM public.boats", id="vacuum"),
        pytest.param("VACUUM (ANALYZE) public.boats", id="vacuum with options"),
        pytest.param("REINDEX INDEX CONCURRENTLY public.boats_pkey", id="reindex"),
        pytest.param("REINDEX (CONCURRENTLY) TABLE public.boats", id="reindex as an option"),
    ],
)
def test_other_statements_that_must_stand_alone(
    statement: str, release: Release, seatrial: Console, boats: Target
) -> None:
    release.add({SECOND: f"CREATE TABLE public.before ();\n{statement};\nCREATE TABLE public.after ();\n"})
    deploy(seatrial, boats, code=0)
    assert boats.has("public.before")
    assert boats.has("public.after")
    assert boats.versions() == [V1, V2]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "SET search_path = harbour, public;\nCREATE INDEX CONCURRENTLY quay_name ON quays (name);\n"
            "COMMENT ON TABLE quays IS 'where boats lie';\n",
            id="search_path",
        ),
        pytest.param(
            "SET ROLE harbour_master;\nCOMMIT;\nCREATE TABLE harbour.more ();\nSET ROLE postgres;\n"
            "SET search_path = harbour;\nCREATE INDEX CONCURRENTLY quay_name ON quays (name);\n"
            "RESET ROLE;\nCOMMENT ON TABLE quays IS 'where boats lie';\n",
            id="role, changed on the way",
        ),
    ],
)
def test_what_a_file_sets_holds_in_all_of_its_steps(
    text: str, release: Release, seatrial: Console, boats: Target
) -> None:
    """As in one session, which is what the author wrote it for; also when a later run goes on with the rest."""
    boats.execute(
        "CREATE SCHEMA harbour; CREATE TABLE harbour.quays (name text); GRANT ALL ON SCHEMA harbour TO service_role;"
    )
    text = text.replace("harbour_master", "service_role")
    release.add({SECOND: text + "COMMIT;\nINSERT INTO quays SELECT name FROM public.not_yet;\n"})
    deploy(seatrial, boats, code=3)
    assert boats.value("SELECT to_regclass('harbour.quay_name') IS NOT NULL")
    boats.execute("CREATE TABLE public.not_yet AS SELECT 'north'::text AS name")
    deploy(seatrial, boats, code=0)
    assert boats.value("SELECT name FROM harbour.quays") == "north"
    assert boats.value("SELECT obj_description('harbour.quays'::regclass)") == "where boats lie"
    if "ROLE" in text:
        assert boats.value("SELECT relowner::regrole::text FROM pg_class WHERE oid = 'harbour.more'::regclass") == (
            "service_role"
        )


# Between files --------------------------------------------------------------------------------------------

LEAKS: dict[str, str] = {
    "SET ROLE": "SET ROLE anon;",
    "SET SESSION AUTHORIZATION": "SET SESSION AUTHORIZATION postgres; SET ROLE service_role;",
    "SET search_path": "SET search_path = auth;",
    "set_config": "SELECT set_config('search_path', '', false);",
    "SET SESSION CHARACTERISTICS": "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE;",
    "SET statement_timeout": "SET statement_timeout = '1ms';\nRESET statement_timeout;\nSET statement_timeout = '7s';",
    "SET of a setting of one's own": "SET app.tenant = 'one';",
    "SET row_security": "SET row_security = off;",
    "SET TIME ZONE": "SET TIME ZONE 'Asia/Tokyo';",
    "SET NAMES": "SET client_encoding = 'LATIN1';",
}


@pytest.mark.parametrize("text", LEAKS.values(), ids=LEAKS.keys())
@pytest.mark.parametrize("committed", [True, False], ids=["committed", "behind a stand-alone statement"])
def test_what_a_file_sets_does_not_reach_the_next(
    text: str, release: Release, seatrial: Console, target: Target, *, committed: bool
) -> None:
    snapshot = (
        "CREATE TABLE public.{} AS SELECT current_user::text AS me, session_user::text AS login, s.name, s.setting "
        "FROM pg_settings AS s WHERE s.source <> 'override' OR s.name = 'transaction_isolation' "
        "UNION ALL SELECT '', '', 'app.tenant', coalesce(current_setting('app.tenant', true), '');\n"
    )
    release.add({
        "20250301000000_before.sql": snapshot.format("before_it"),
        "20250301000100_sets.sql": text if committed else f"{text}\nCOMMIT;\nVACUUM pg_catalog.pg_class;\n{text}",
        "20250301000200_after.sql": snapshot.format("after_it"),
    })  # fmt: skip
    seatrial("deploy", *target.unrehearsed, code=0)
    different = "SELECT name, setting FROM ({} EXCEPT {}) AS x ORDER BY name"
    before, after = "SELECT * FROM public.before_it", "SELECT * FROM public.after_it"
    for query in (different.format(before, after), different.format(after, before)):
        assert target.ask(query) == []


def test_rows_are_put_back_in_batches_without_a_trigger_and_nobody_warns_of_its_lock(
    release: Release, seatrial: Console, boats: Target
) -> None:
    boats.execute(
        "CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'fired'; END $$;"
        "CREATE TRIGGER refuse BEFORE UPDATE ON public.boats FOR EACH ROW EXECUTE FUNCTION public.refuse()"
    )
    update = "UPDATE public.boats SET name = name || '!' WHERE name <> '';\n"
    release.add({SECOND: f"-- seatrial: batch key=id size=1 triggers=off\n{update}"})
    rehearsed = seatrial("rehearse", "--from", boats.dsn, code=0)
    assert "LCK" not in rehearsed.out
    assert "2 rows in 3 batches" in deploy(seatrial, boats, code=0).err
    assert [row["name"] for row in boats.ask("SELECT name FROM public.boats ORDER BY id")] == ["Ada!", "Bea!"]
    assert boats.value("SELECT tgenabled FROM pg_trigger WHERE tgname = 'refuse'") in {"O", b"O"}
