"""Seatrial notices what happened to a file after the Supabase CLI, which compares versions only, applied it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.interop.release import SHIPPED, SMALL

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


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2);", id="rule of two statements"),
        pytest.param(b"SELECT 1 -- why\n; SELECT 2;", id="comment in front of a semicolon"),
        pytest.param(b"CREATE TABLE a$b$c (x int); SELECT 1; CREATE TABLE y$b$ (x int);", id="dollars in names"),
        pytest.param(b"SELECT U&'d\\0061t;', B'1', $one$;$two$;$one$, \"a;b\";", id="every kind of quote"),
        pytest.param(b"/* /* ; */ ; */ SELECT 1; ;; SELECT 2", id="nested comment, empty statements"),
    ],
)  # fmt: skip
def test_however_the_supabase_cli_splits_a_file_it_is_not_taken_for_edited(
    text: bytes, folder: Folder, target: Target, supabase: SupabaseProgram, seatrial: SeatrialProgram
) -> None:
    folder.add({BOATS: text})
    supabase.repair(folder, target, "applied", version(BOATS))
    assert seatrial.states(folder, target) == {version(BOATS): "applied"}


def test_no_file_of_the_shipped_release_is_taken_for_edited(
    folder: Folder, target: Target, supabase: SupabaseProgram, seatrial: SeatrialProgram
) -> None:
    folder.add(SHIPPED)
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
