"""What applications write while a release is in service is there after its way back, and what gave way is listed."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.soak.changes import Shape
from tests.soak.target import File, Project

from seatrial.archive.read import read_archive

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.scratch.server import Server

GOODS = """
CREATE TABLE public.goods (id bigint PRIMARY KEY, code text, price numeric(12, 2), mood text, size bigint);
INSERT INTO public.goods SELECT n, 'a' || n, n + 0.75, 'calm', n FROM generate_series(1, 4) AS n;
"""
RETYPED = """
CREATE TYPE public.mood AS ENUM ('calm', 'loud');
ALTER TABLE public.goods ALTER COLUMN code TYPE bigint USING substr(code, 2)::bigint,
  ALTER COLUMN price TYPE integer USING trunc(price);
COMMIT;
CREATE INDEX CONCURRENTLY goods_code ON public.goods (code);
ALTER TABLE public.goods ALTER COLUMN mood TYPE public.mood USING mood::public.mood;
"""
FAMILY = """
CREATE TABLE public.parents (id bigint PRIMARY KEY);
CREATE TABLE public.children (id bigint PRIMARY KEY, parent bigint REFERENCES public.parents, name text);
CREATE TABLE public.toys (id bigint PRIMARY KEY, child bigint REFERENCES public.children);
INSERT INTO public.parents VALUES (1), (2);
INSERT INTO public.children VALUES (1, 1, 'has a toy'), (2, 1, 'has none'), (3, 2, 'has a parent');
INSERT INTO public.toys VALUES (1, 1), (2, 3);
"""


@contextmanager
def project(server: Server, given: str) -> Iterator[Project]:
    """A target."""
    made = Project(server, _file("20260101000000", given))
    try:
        yield made
    finally:
        made.close()


def _file(version: str, text: str) -> File:
    return File(version=version, text=text, shape=Shape([]))


def deployed(target: Project, text: str) -> bool:
    """By way of its steps; False where there is no way back."""
    return target.deploy(_file("20260201000000", text))


def content(target: Project, table: str) -> list[tuple[object, ...]]:
    """As text."""
    return target.seeing.execute(f"SELECT (t.*)::text FROM public.{table} AS t ORDER BY id".encode()).fetchall()


def conflicts(target: Project) -> list[int]:
    """As listed."""
    return sorted(one.conflicts for one in read_archive(target.seeing))


def test_a_column_with_another_type_has_its_values_again_but_for_those_that_were_written(server: Server) -> None:
    with project(server, GOODS) as target:
        assert deployed(target, RETYPED)
        assert content(target, "goods")[0] == ("(1,1,1,calm,1)",)
        target.seeing.execute("UPDATE goods SET code = 70 WHERE id = 2; UPDATE goods SET price = NULL WHERE id = 3")
        target.seeing.execute("UPDATE goods SET mood = 'loud' WHERE id = 4")
        target.roll_back()
        assert content(target, "goods") == [
            ("(1,a1,1.75,calm,1)",), ("(2,70,2.75,calm,2)",), ("(3,a3,,calm,3)",), ("(4,a4,4.75,loud,4)",),
        ]  # fmt: skip
        assert conflicts(target) == [1, 2]


def test_rows_that_the_file_changes_before_it_gives_them_another_type_are_as_they_were(server: Server) -> None:
    with project(server, GOODS) as target:
        before = content(target, "goods")
        alter = "ALTER TABLE public.goods ALTER COLUMN code TYPE bigint USING substr(code, 2)::bigint;"
        assert deployed(target, f"UPDATE public.goods SET code = 'b9' WHERE id < 3;\n{alter}")
        target.seeing.execute("UPDATE goods SET code = 70 WHERE id = 2")
        target.roll_back()
        assert content(target, "goods") == [before[0], ("(2,70,2.75,calm,2)",), *before[2:]]
        assert conflicts(target) == [1, 1]


def test_a_value_that_the_earlier_type_does_not_take_is_in_nobodys_way_once_it_is_replaced(server: Server) -> None:
    with project(server, GOODS) as target:
        assert deployed(target, "ALTER TABLE public.goods ALTER COLUMN size TYPE text USING 'size ' || size;")
        target.seeing.execute("UPDATE goods SET size = '7'; DELETE FROM goods WHERE id = 4")
        target.roll_back()
        assert [one for (one,) in content(target, "goods")] == [f"({n},a{n},{n}.75,calm,7)" for n in (1, 2, 3)]
        # Whoever deleted a row, and whoever gave it another key, look alike.
        assert conflicts(target) == [4]


def test_a_default_that_is_another_one_for_each_row_takes_the_place_of_no_value(server: Server) -> None:
    column = "ALTER TABLE public.goods ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();"
    with project(server, GOODS + column) as target:
        before = target.seeing.execute("SELECT id, token FROM goods ORDER BY id").fetchall()
        assert deployed(target, "ALTER TABLE public.goods DROP COLUMN token;")
        target.seeing.execute("INSERT INTO goods (id) VALUES (5)")
        target.roll_back()
        found = target.seeing.execute("SELECT id, token FROM goods ORDER BY id").fetchall()
        assert found[:4] == before
        assert found[4][1]
        assert conflicts(target) == []


def test_columns_that_go_in_several_steps_are_each_kept_until_they_go(server: Server) -> None:
    with project(server, GOODS) as target:
        before = content(target, "goods")
        drop = "ALTER TABLE public.goods DROP COLUMN {};"
        assert deployed(target, f"{drop.format('code')}\nCOMMIT;\n{drop.format('size')}")
        assert len(read_archive(target.seeing)) == 2
        target.roll_back()
        found = target.seeing.execute("SELECT (id, code, price, mood, size)::text FROM goods ORDER BY id").fetchall()
        assert found == before
        assert conflicts(target) == []


def test_what_a_type_in_between_has_cut_is_there_again(server: Server) -> None:
    with project(server, GOODS) as target:
        before = content(target, "goods")
        alter = "ALTER TABLE public.goods ALTER COLUMN code TYPE"
        assert deployed(target, f"{alter} varchar(1) USING code::varchar(1);\n{alter} text;")
        assert content(target, "goods")[0] == ("(1,a,1.75,calm,1)",)
        target.roll_back()
        assert content(target, "goods") == before


def test_a_column_that_is_changed_in_two_steps_has_no_way_back(server: Server) -> None:
    with project(server, GOODS) as target:
        alter = "ALTER TABLE public.goods ALTER COLUMN code TYPE"
        assert not deployed(target, f"{alter} varchar(1) USING left(code, 1);\nCOMMIT;\n{alter} text;")


def test_a_row_that_others_refer_to_comes_back_without_its_parent(server: Server) -> None:
    with project(server, FAMILY) as target:
        assert deployed(target, "DROP TABLE public.children CASCADE;")
        target.seeing.execute("DELETE FROM parents WHERE id = 1")
        target.roll_back()
        assert content(target, "children") == [('(1,,"has a toy")',), ('(3,2,"has a parent")',)]
        [left] = read_archive(target.seeing)
        assert left.conflicts == 2
        kept = target.seeing.execute(f"SELECT id, parent FROM {left.place} ORDER BY id".encode()).fetchall()
        assert kept == [(1, 1), (2, 1)]
