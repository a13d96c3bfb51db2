"""What takes a file back is checked with it, and never applied as a migration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.acceptance.release import BOATS, CREW

if TYPE_CHECKING:
    from tests.acceptance.console import Console
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

[FIRST] = BOATS
DOWN = FIRST.replace(".sql", ".down.sql")
COMMENT = "-- seatrial: revert\n-- DROP TABLE public.boats;\n"


def test_a_down_file_is_no_migration(release: Release, seatrial: Console, target: Target) -> None:
    release.add(BOATS | CREW | {DOWN: "DROP TABLE public.boats;\n"})
    assert "✓ 2 migrations pending" in seatrial("status", "--target", target.dsn, code=0).out
    assert "2 migrations" in seatrial("rehearse", code=0).lines[-1]
    seatrial("deploy", *target.unrehearsed, code=0)
    names = target.ask("SELECT name FROM supabase_migrations.schema_migrations ORDER BY version")
    assert [row["name"] for row in names] == ["boats", "crew"]
    assert target.has("public.boats")


def test_on_supabase_a_down_file_is_warned_of_with_the_comment_as_the_way(release: Release, seatrial: Console) -> None:
    release.add(BOATS | {DOWN: "DROP TABLE public.boats;\n"})
    checked = seatrial("check", code=0)
    assert "FIL011" in checked.out
    assert f"supabase/migrations/{DOWN}" in checked.out
    assert f"Put its SQL into supabase/migrations/{FIRST}, as comment lines under -- seatrial: revert" in checked.out
    release.write("seatrial.toml", '[project]\nplatform = "postgres"\n')
    assert "FIL011" not in seatrial("check", code=0).out


def test_a_comment_is_as_good_and_nobody_warns_of_it(release: Release, seatrial: Console) -> None:
    release.add({FIRST: BOATS[FIRST] + COMMENT})
    assert "FIL01" not in seatrial("check", code=0).out


@pytest.mark.parametrize(
    ("files", "path", "why"),
    [
        ({FIRST: BOATS[FIRST] + COMMENT.replace("TABLE", "TABEL")}, f"{FIRST}:3:9", "it is no SQL that takes"),
        (BOATS | {DOWN: "DROP TABEL public.boats;\n"}, f"{DOWN}:1:6", "it is no SQL that takes the file back"),
        ({FIRST: BOATS[FIRST] + COMMENT, DOWN: "DROP TABLE boats;"}, f"{FIRST}:2:1", f"{DOWN}, beside the file"),
        ({DOWN: "DROP TABLE boats;"} | CREW, DOWN, f'"{DOWN}" takes back "{FIRST}", which is not there'),
    ],
)  # fmt: skip
def test_one_that_cannot_be_followed_stops_everything(
    release: Release, seatrial: Console, target: Target, files: dict[str, str], path: str, why: str
) -> None:
    release.add(files)
    checked = seatrial("check", code=1)
    assert f"supabase/migrations/{path}" in checked.out
    assert why in checked.out
    with target.untouched():
        seatrial("deploy", *target.unrehearsed, code=1)


def test_a_down_file_that_cannot_be_read_is_told(release: Release, seatrial: Console) -> None:
    release.add({FIRST: BOATS[FIRST].encode(), DOWN: "DROP TABLE boats;".encode("utf-16")})
    assert "it cannot be read as text" in seatrial("check", code=1).out
