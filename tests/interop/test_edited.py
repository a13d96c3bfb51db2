"""Seatrial notices what happened to a file after the Supabase CLI, which compares versions only, applied it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.interop.release import SMALL

if TYPE_CHECKING:
    from tests.interop.programs import SeatrialProgram, SupabaseProgram
    from tests.interop.release import Folder
    from tests.interop.target import Target

BOATS, CREW, *_ = SMALL
WORDS_ONLY = "20250301000400_words_only.sql"


def version(name: str) -> str:
    return name.split("_", maxsplit=1)[0]


def test_an_edited_file_is_named(
    folder: Folder, target: Target, supabase: SupabaseProgram, seatrial: SeatrialProgram
) -> None:
    folder.add({name: SMALL[name] for name in (BOATS, CREW)})
    supabase.must_push(folder, target)
    folder.add({CREW: SMALL[CREW].replace(b"name text", b"name text NOT NULL")})

    assert "up to date" in supabase.push(folder, target).said
    assert seatrial.states(folder, target) == {version(BOATS): "applied", version(CREW): "edited"}
    refused = seatrial.deploy(folder, target)
    assert refused.code == 1
    assert CREW in refused.said


def test_other_words_in_comments_and_another_layout_are_no_edit(
    folder: Folder, target: Target, supabase: SupabaseProgram, seatrial: SeatrialProgram
) -> None:
    folder.add(SMALL)
    supabase.must_push(folder, target)
    folder.add({
        BOATS: b"-- another word\n" + SMALL[BOATS].replace(b"  id integer", b"\n\n\tid /* key */ integer"),
        CREW: SMALL[CREW].replace(b"\r\n", b"\n"),
        WORDS_ONLY: b"-- still nothing\n",
    })  # fmt: skip
    assert seatrial.states(folder, target) == dict.fromkeys(folder.versions, "applied")


def test_an_empty_file_that_was_filled_after_it_was_pushed_is_an_edit(
    folder: Folder, target: Target, supabase: SupabaseProgram, seatrial: SeatrialProgram
) -> None:
    folder.add({WORDS_ONLY: b""})
    supabase.must_push(folder, target)
    assert seatrial.states(folder, target) == {version(WORDS_ONLY): "applied"}
    folder.add({WORDS_ONLY: b"CREATE TABLE public.never_made (id integer);"})
    assert seatrial.states(folder, target) == {version(WORDS_ONLY): "edited"}


def test_however_the_supabase_cli_splits_a_file_it_is_not_taken_for_edited(
    folder: Folder, target: Target, supabase: SupabaseProgram, seatrial: SeatrialProgram
) -> None:
    """A repair stores what the CLI makes of a file without running it, so these need not all work."""
    folder.add({
        "20250301000000_rule_of_two_statements.sql": b"CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2);",
        "20250301000001_comment_in_front_of_a_semicolon.sql": b"SELECT 1 -- why\n; SELECT 2;",
        "20250301000002_dollars_in_names.sql": b"CREATE TABLE a$b$c (x int); SELECT 1; CREATE TABLE y$b$ (x int);",
        "20250301000003_quotes.sql": b"SELECT U&'d\\0061t;', B'1', E'\\';', $a$;$b$;$a$, \"a;b\", 'c:\\'; SELECT 2",
        "20250301000004_nested_comment.sql": b"/* /* ; */ ; */ SELECT 1; ;; SELECT 2",
        "20250301000005_case_in_a_body.sql": b"CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC"
        b" SELECT CASE WHEN true THEN 1 END; SELECT 2; END; SELECT 3;",
    })  # fmt: skip
    supabase.repair(folder, target, "applied", *folder.versions)
    assert seatrial.states(folder, target) == dict.fromkeys(folder.versions, "applied")


def test_a_renamed_file_is_named(
    folder: Folder, target: Target, supabase: SupabaseProgram, seatrial: SeatrialProgram
) -> None:
    folder.add({BOATS: SMALL[BOATS]})
    supabase.must_push(folder, target)
    folder.remove(BOATS)
    folder.add({f"{version(BOATS)}_ships.sql": SMALL[BOATS]})
    assert seatrial.states(folder, target) == {version(BOATS): "renamed"}
