"""The shape of somebody else's statement has no value in it, or there is none."""

from __future__ import annotations

import random

import pytest

from seatrial.sql.shape import shape_of

VALUES = ("miller", "4711", "ann@example.com")


@pytest.mark.parametrize(
    ("statement", "text", "relations", "writes"),
    [
        (
            "SELECT * FROM public.notes -- of miller\n WHERE id = 4711 AND /* ann@example.com */ body LIKE 'miller%';",
            "SELECT * FROM public.notes WHERE id = $1 AND body LIKE $2",
            ("public.notes",),
            False,
        ),
        (
            "INSERT INTO notes SELECT E'mil\\'ler', $$ann@example.com$$ FROM other.people",
            "INSERT INTO notes SELECT $1, $2 FROM other.people",
            ("notes", "other.people"),
            True,
        ),
        (
            "WITH gone AS (DELETE FROM notes WHERE id = 4711 RETURNING id) SELECT count(*) FROM gone",
            "WITH gone AS (DELETE FROM notes WHERE id = $1 RETURNING id) SELECT count(*) FROM gone",
            ("notes",),
            True,
        ),
        ("SELECT $1::text", "SELECT $1::text", (), False),
    ],
)
def test_constants_and_comments_are_gone(
    statement: str, text: str, relations: tuple[str, ...], *, writes: bool
) -> None:
    shape = shape_of(statement)

    assert shape
    assert (shape.text, shape.relations, shape.writes) == (text, relations, writes)


@pytest.mark.parametrize(
    "statement",
    [
        "", "SELEC 'miller'", "SELECT 'miller", "SELECT 1; SELECT 2", "SELECT '\0'",
        "DO $$ BEGIN PERFORM 'miller'; END $$", "ALTER ROLE app PASSWORD 'miller'", "CALL send('ann@example.com')",
        "SELECT " + "f(" * 3_000 + "1" + ")" * 3_000, "SELECT '" + "miller" * 50_000 + "'",
    ],
)  # fmt: skip
def test_of_what_could_keep_a_value_there_is_no_shape(statement: str) -> None:
    assert shape_of(statement) is None


def test_mutated_statements_have_no_value_either_and_never_raise() -> None:
    chance = random.Random(8)  # noqa: S311 - mutations, each time the same
    whole = "SELECT a, 'miller' FROM notes WHERE id = 4711 AND mail IN ('ann@example.com', $$miller$$) /* 4711 */"
    for _ in range(1_500):
        text = whole
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(text))
            text = (
                text[:at]
                + chance.choice(["", "'", '"', "$$", "(", "--", "\n", "é", ";"])
                + text[at + chance.randint(0, 1) :]
            )

        shape = shape_of(text)

        # What a mutation has put between the quotes of a name is a name.
        assert shape is None or '"' in text or [value for value in VALUES[1:] if value in shape.text] == []
