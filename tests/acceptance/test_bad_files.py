"""Files that are not what they should be: said with their place, and nothing reaches the database."""

from __future__ import annotations

import codecs
import shlex
from typing import TYPE_CHECKING

import pytest
from tests.acceptance.release import BOATS, CREW

from seatrial.sql.parse import content_digest

if TYPE_CHECKING:
    from tests.acceptance.console import Answer, Console
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

[FIRST] = BOATS
GOOD = BOATS[FIRST]
NEXT = "20250301000100_next.sql"
VERSION = "20250301000100"


def blocks(answer: Answer, code: str, place: str) -> None:
    """`check` says it: exit 1, the finding with its place, effect and fix, and one sentence at the end."""
    assert answer.code == 1
    first, where = (answer.lines[0], next(line for line in answer.lines if "-->" in line))
    assert first.startswith(f"✗ blocks {code} ")
    assert where.strip() == f"--> {place}"
    assert any(line.strip().startswith("effect: ") for line in answer.lines)
    assert any(line.strip().startswith("fix: ") for line in answer.lines)
    assert answer.lines[-1].startswith("✗ ")
    assert "1 blocking" in answer.lines[-1]


def is_refused(seatrial: Console, target: Target, code: str, place: str) -> None:
    """`deploy`, `rehearse` and `verify` leave it: exit 1, the same finding, the command that shows all of it."""
    with target.untouched():
        answers = [seatrial("deploy", *target.unrehearsed, code=1), seatrial("rehearse", code=1)]
    for answer in answers:
        assert (answer.error["code"], answer.error["where"]) == (code, place), answer.said
        assert answer.error["why"]
        assert "seatrial check" in answer.error["fix"]
        assert answer.out == ""


# Files that cannot be read as SQL ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        pytest.param(b"\x00\x01\x02\xff\xfeELF" * 40, "FIL006", "", id="binary"),
        pytest.param(b"SELECT 'caf\xe9';\n", "FIL006", "", id="latin-1"),
        pytest.param(codecs.BOM_UTF16_LE + GOOD.encode("utf-16-le"), "FIL006", "", id="utf-16 little endian"),
        pytest.param(codecs.BOM_UTF16_BE + GOOD.encode("utf-16-be"), "FIL006", "", id="utf-16 big endian"),
        pytest.param(GOOD.encode("utf-16-le"), "FIL006", "", id="utf-16 without its mark"),
        pytest.param(b"SELECT 1;\n/* one /* two */\nSELECT 2;\n", "SYN001", ":2:1", id="comment that never closes"),
        pytest.param(b"/* a */ b */\nSELECT 1;\n", "SYN001", ":1:9", id="comment that closes early"),
        pytest.param(b"SELECT 1;\nSELECT 'open;\n", "SYN001", ":2:8", id="quote that never closes"),
        pytest.param(b"SELECT 1;\nDO $a$ BEGIN; END $b$;\n", "SYN001", ":2:4", id="dollar quote that never closes"),
    ],
)
def test_a_file_that_is_no_sql_is_refused(
    content: bytes, code: str, place: str, release: Release, seatrial: Console, target: Target
) -> None:
    release.add(BOATS)
    release.add({NEXT: content})
    path = f"supabase/migrations/{NEXT}{place}"

    blocks(seatrial("check"), code, path)
    is_refused(seatrial, target, code, path)


def test_a_file_that_cannot_be_read_is_refused_with_the_reason(
    release: Release, seatrial: Console, target: Target
) -> None:
    release.add(BOATS)
    (release.migrations / NEXT).symlink_to("nowhere.sql")

    answer = seatrial("check")
    blocks(answer, "FIL008", f"supabase/migrations/{NEXT}")
    assert "No such file or directory" in answer.out
    is_refused(seatrial, target, "FIL008", f"supabase/migrations/{NEXT}")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        pytest.param("20250931000000_september_has_30_days.sql", "FIL002", id="31 September"),
        pytest.param("20250229000000_no_leap_year.sql", "FIL002", id="29 February of another year"),
        pytest.param("20250301250000_hour_25.sql", "FIL002", id="hour 25"),
        pytest.param("20250301000000_again.sql", "FIL003", id="the version of another file"),
        pytest.param("20250301_same_day.sql", "FIL004", id="8 and 14 digits of one day"),
        pytest.param("notes.sql", "FIL001", id="no version"),
    ],
)
def test_a_version_that_is_wrong_is_refused(
    name: str, code: str, release: Release, seatrial: Console, target: Target
) -> None:
    release.add(BOATS)
    release.add({name: "CREATE TABLE public.never ();"})

    answer = seatrial("check", code=1)
    assert f"✗ blocks {code} " in answer.out
    assert name in answer.out
    with target.untouched():
        refused = seatrial("deploy", *target.unrehearsed, code=1)
    assert refused.error["code"] == code, refused.said
    assert "seatrial check" in refused.error["fix"]


def test_a_second_file_of_an_applied_version_does_not_go_unnoticed(
    release: Release, seatrial: Console, target: Target
) -> None:
    """Whichever of the two comes first by name: it would count as applied, and never run."""
    release.add(BOATS)
    seatrial("deploy", *target.unrehearsed, code=0)
    for twin in ("20250301000000_a_sorts_first.sql", "20250301000000_z_sorts_last.sql"):
        release.add({twin: "CREATE TABLE public.never ();"})
        with target.untouched():
            answer = seatrial("deploy", *target.unrehearsed, code=1)
        assert twin in answer.said
        release.remove(twin)


# Files that look odd and are right ----------------------------------------------------------------------


def test_an_empty_file_is_warned_of_and_has_its_row_in_the_ledger(
    release: Release, seatrial: Console, target: Target
) -> None:
    release.add({FIRST: "", NEXT: "-- planned; nothing came of it\n"})
    answer = seatrial("check", code=0)
    assert answer.out.count("! warns FIL005") == 2

    seatrial("deploy", *target.unrehearsed, code=0)
    assert target.versions() == [FIRST.split("_")[0], VERSION]
    with target.untouched():
        assert "up to date" in seatrial("deploy", *target.unrehearsed, code=0).out


def test_a_byte_order_mark_is_warned_of_and_not_stored(release: Release, seatrial: Console, target: Target) -> None:
    release.add({FIRST: codecs.BOM_UTF8 + GOOD.encode()})
    assert "! warns FIL007" in seatrial("check", code=0).out

    seatrial("deploy", *target.unrehearsed, code=0)
    assert target.has("public.boats")
    [stored] = target.value("SELECT statements FROM supabase_migrations.schema_migrations")
    assert stored == GOOD.strip().rstrip(";")
    # The same file without its mark is the same migration.
    release.add({FIRST: GOOD})
    assert "up to date" in seatrial("status", "--target", target.dsn, code=0).out


def test_windows_line_ends_give_the_same_migration_and_the_same_places(
    release: Release, seatrial: Console, target: Target
) -> None:
    text = (
        "-- a comment\nCREATE TABLE public.boats (\n  id integer\n);\n\n-- why\nSELECT\n  nothing FROM public.boats;\n"
    )
    release.add({FIRST: text.replace("\n", "\r\n")})
    answer = seatrial("rehearse", code=1)
    assert f"--> supabase/migrations/{FIRST}:8:3" in answer.out
    assert "8 |   nothing FROM public.boats;\n" in answer.out, "the line is shown without its carriage return"
    assert "\n  |   ^\n" in answer.out

    right = text.replace("nothing", "id")
    release.add({FIRST: right.replace("\n", "\r\n")})
    seatrial("deploy", *target.unrehearsed, code=0)
    assert target.value("SELECT content_digest FROM seatrial.migrations") == content_digest(right)
    release.add({FIRST: right})
    assert "up to date" in seatrial("status", "--target", target.dsn, code=0).out


HARD_TO_SPLIT = {
    "nested dollar quotes": """\
DO $outer$
BEGIN
  EXECUTE $inner$ CREATE FUNCTION public.answer() RETURNS text LANGUAGE sql AS $f$ SELECT 'a;b'::text; $f$ $inner$;
END
$outer$;
""",
    "begin atomic": """\
CREATE FUNCTION public.answer() RETURNS text LANGUAGE sql
BEGIN ATOMIC
  SELECT 'x;y';
  SELECT CASE WHEN true THEN 'a;b' END;
END;
""",
    "a string with a semicolon": """\
CREATE FUNCTION public.answer() RETURNS text LANGUAGE sql AS 'SELECT ''a;b''::text; -- done;';
""",
    "an identifier that ends in end": """\
CREATE TABLE public.pending_atomic (spend integer);
CREATE FUNCTION public.answer() RETURNS text LANGUAGE sql RETURN 'a;b';
""",
    "a block comment inside a block comment": """\
/* a; /* b; */ c; */ CREATE FUNCTION public.answer() RETURNS text LANGUAGE sql RETURN U&'a\\003bb'; -- ; end
""",
}


@pytest.mark.parametrize("text", HARD_TO_SPLIT.values(), ids=HARD_TO_SPLIT.keys())
def test_what_is_hard_to_split_is_applied_as_its_author_meant_it(
    text: str, release: Release, seatrial: Console, target: Target
) -> None:
    release.add({FIRST: text})
    release.add(dict.fromkeys(["20250301000100_after.sql"], "CREATE TABLE public.after ();"))
    seatrial("check", code=0)
    seatrial("deploy", *target.unrehearsed, code=0)

    assert target.value("SELECT public.answer()") == "a;b"
    assert target.has("public.after")
    stored = target.value(
        "SELECT statements FROM supabase_migrations.schema_migrations WHERE version = %s", [FIRST.split("_")[0]]
    )
    assert content_digest(";\n".join(stored)) == content_digest(text)
    # What the ledger kept builds the same thing on another day.
    target.execute("DROP FUNCTION public.answer(); DROP TABLE IF EXISTS public.pending_atomic")
    for statement in stored:
        target.execute(statement)
    assert target.value("SELECT public.answer()") == "a;b"


# Folders --------------------------------------------------------------------------------------------------


def test_a_folder_without_migrations_says_where_it_looked_and_how_to_begin(
    release: Release, seatrial: Console, target: Target
) -> None:
    def refusals() -> list[Answer]:
        return [
            seatrial("check", code=2),
            seatrial("rehearse", code=2),
            seatrial("status", "--target", target.dsn, code=2),
            seatrial("verify", "--target", target.dsn, code=2),
            seatrial("deploy", *target.unrehearsed, code=2),
        ]

    with target.untouched():
        for answer in refusals():
            assert answer.error["code"] == "release.no-migrations"
            assert answer.error["where"] == "supabase/migrations"
            assert "seatrial new" in answer.error["fix"]
        release.migrations.mkdir(parents=True)
        for answer in refusals():
            assert answer.error["code"] == "release.empty"
            assert answer.error["where"] == "supabase/migrations"
            assert answer.error["fix"] == "seatrial new NAME"


def test_the_first_migration_is_made_where_there_is_none(release: Release, seatrial: Console) -> None:
    for there in ("empty place", "other"):
        release.write(f"{there}/seatrial.toml", "")
        command = seatrial("check", there, code=2).error["fix"].partition("first migration: ")[2]
        assert seatrial(*shlex.split(command.replace("NAME", "first"))[1:], code=0).lines[-1].startswith("✓ Made ")
        assert len([*(release.root / there / "supabase" / "migrations").iterdir()]) == 1
    [newest] = (release.root / "other" / "supabase" / "migrations").iterdir()
    newest.unlink()
    assert seatrial("check", "other", code=2).error["fix"] == "seatrial new NAME other"


def test_a_folder_that_does_not_exist_is_named(release: Release, seatrial: Console) -> None:
    release.add(BOATS)
    answer = seatrial("check", "elsewhere", code=2)
    assert answer.error["code"] == "release.no-folder"
    assert answer.error["where"] == "elsewhere"


def test_what_is_no_migration_does_not_become_one(release: Release, seatrial: Console, target: Target) -> None:
    release.add(BOATS)
    release.add(CREW)
    (release.migrations / "20250401000000_folder.sql").mkdir()
    (release.migrations / ".20250401000000_hidden.sql.swp").write_bytes(b"\x00\x01")
    (release.migrations / ".DS_Store").write_bytes(b"\x00\x01")
    (release.migrations / "README.md").write_text("words", encoding="utf-8")

    seatrial("check", code=0)
    seatrial("deploy", *target.unrehearsed, code=0)
    assert target.versions() == ["20250301000000", "20250301000100"]
