"""A statement that changes rows, written so that it keeps them."""

from __future__ import annotations

import pytest

from seatrial.model.archive import KeptRows
from seatrial.sql.batch import cut
from seatrial.sql.kept_rows import CannotKeep, keeps
from seatrial.sql.trees import trees

COLUMNS = ("id", '"The body"')
NOTES = KeptRows(table="public.notes", was="old.was", became="old.became", key=("id",), columns=COLUMNS)


def kept(text: str) -> str:
    """One statement, as the grammar takes it."""
    made = keeps(text, NOTES, COLUMNS)
    [_] = trees(made)
    return made


def test_an_update_locks_what_it_meets_and_changes_that_by_its_key() -> None:
    made = kept("UPDATE notes SET n = 1 WHERE random() < 0.5")
    assert "FROM notes\nWHERE random() < 0.5\nFOR NO KEY UPDATE OF notes" in made
    assert 'UPDATE notes SET n = 1\nFROM "seatrial old"\nWHERE notes.id = "seatrial old"."seatrial was 1"' in made
    assert made.count("random()") == 1
    # A plain condition stands there twice, so that an index is found for both.
    assert kept("UPDATE notes SET n = 1 WHERE n > 17").count("n > 17") == 2


def test_an_update_beside_others_asks_its_condition_again_with_them() -> None:
    made = kept("UPDATE ONLY a.notes AS x SET n = y.n IS DISTINCT FROM 1 FROM y -- those\nWHERE x.id = y.id OR y.all")
    assert "FROM ONLY a.notes AS x,\ny -- those\n" in made
    assert "WHERE (x.id = y.id OR y.all\n) AND x.id = " in made


def test_its_own_with_and_returning_stay() -> None:
    made = kept("WITH a AS (SELECT 1) -- one\nDELETE FROM notes USING a RETURNING notify(id)")
    assert made.startswith('WITH a AS (SELECT 1) -- one\n,\n"seatrial old" AS (\nDELETE FROM notes USING a\nRETURNING ')
    assert ", notify(id)\n)" in made


def test_an_update_that_was_cut_to_a_batch_keeps_its_rows() -> None:
    made = kept(cut("UPDATE public.notes SET n = 1 WHERE n > 2 -- so\nRETURNING n", "id").statement("5", "9"))
    assert "WHERE ( n > 2 -- so\n\n) AND notes.id > '5' AND notes.id <= '9'\nFOR NO KEY UPDATE OF notes" in made


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("UPDATE notes SET (n, id) = (1, 2)", "key itself"),
        ("WITH x AS (DELETE FROM y RETURNING *) UPDATE notes SET n = 1", "WITH changes rows"),
        ("INSERT INTO notes VALUES (1) ON CONFLICT (id) DO UPDATE SET n = 1", "ON CONFLICT"),
        ("UPDATE notes SET n = 1 FROM (SELECT id FROM y LIMIT 3) z WHERE z.id = notes.id", "some rows of a query"),
        ("UPDATE notes SET n = 1 FROM y WHERE random() < 0.5", "answers otherwise"),
        ("UPDATE notes SET n = 1 FROM y WHERE app.lucky(y.id)", "answers otherwise"),
        ("UPDATE notes SET n = 1 FROM y TABLESAMPLE system (5)", "sample"),
        ("UPDATE notes SET n = 1 WHERE CURRENT OF c", "cursor"),
        ("UPDATE notes SET n = 1 RETURNING WITH (OLD AS o) o.n", "RETURNING"),
        ("MERGE INTO notes USING y ON y.id = notes.id WHEN MATCHED THEN DELETE", "no UPDATE"),
        ("TRUNCATE notes", "no UPDATE"),
        ("UPDATE notes SET n = 1; UPDATE notes SET n = 2", "no single statement"),
    ],
)
def test_it_says_where_only_triggers_see_everything(text: str, why: str) -> None:
    with pytest.raises(CannotKeep, match=why):
        keeps(text, NOTES, COLUMNS, fickle={"lucky"})
