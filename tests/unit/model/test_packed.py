"""An interval that was written down is the same when it is read, and takes little room."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.jsonable import as_json
from seatrial.model.packed import packed, pressed, unpacked, unpressed
from seatrial.model.sample import Key, Measured, StatementUse

NUMBERS = st.integers(0, 999_999).map(float)
#: A tab stands between the parts of a key; a name loses it.
SUBJECTS = st.text(st.characters(exclude_characters="\t", exclude_categories=["Cs"]), max_size=20)
KEYS = st.tuples(st.sampled_from(["slow", "rows", "silent", "blocks", "denials"]), SUBJECTS)
USES = st.builds(
    StatementUse,
    calls=NUMBERS,
    milliseconds=NUMBERS,
    rows=NUMBERS,
    errors=st.dictionaries(st.sampled_from(["42501", "23505"]), st.integers(1, 9), max_size=2),
)


def busy(statements: int) -> Measured:
    """A minute with so many statements, each called a different number of times."""
    values: dict[Key, float] = {}
    weights: dict[Key, float] = {}
    uses: dict[str, StatementUse] = {}
    for n in range(statements):
        subject, calls = f"authenticated {hash((n, 'x'))}", float(n + 3)
        figures = {"slow": 0.731 * n / 7, "blocks": n / 3, "rows": n / 9, "silent": n / 9}
        values |= {(signal, subject): value for signal, value in figures.items()}
        weights |= {(signal, subject): calls for signal in figures}
        uses[subject] = StatementUse(calls=calls, milliseconds=figures["slow"] * calls, rows=figures["rows"] * calls)
    return Measured(at=1_795_680_000.25, seconds=60.125, values=values, weights=weights, statements=uses)


@given(st.dictionaries(KEYS, st.tuples(NUMBERS, NUMBERS), max_size=12), st.dictionaries(SUBJECTS, USES, max_size=5))
def test_it_is_read_as_it_was_written(
    found: dict[tuple[str, str], tuple[float, float]], statements: dict[str, StatementUse]
) -> None:
    measured = Measured(
        at=12.5,
        seconds=60.0,
        values={key: value for key, (value, _) in found.items()},
        weights={key: weight for key, (_, weight) in found.items()},
        gaps={"log": "it is gone"},
        looked=frozenset({"statements", "locks"}),
        statements=statements,
    )
    assert unpacked(json.loads(json.dumps(packed(measured)))) == measured


def test_what_statements_came_to_is_known_from_their_signals() -> None:
    measured = busy(300)
    read = unpacked(packed(measured))
    assert read.values == pytest.approx(dict(measured.values), rel=1e-5)
    assert read.weights == measured.weights
    assert read.statements.keys() == measured.statements.keys()
    for subject, use in measured.statements.items():
        assert read.statements[subject].calls == use.calls
        assert read.statements[subject].milliseconds == pytest.approx(use.milliseconds, rel=1e-5)


def test_a_statement_with_errors_keeps_them() -> None:
    measured = busy(2)
    [first, second] = measured.statements
    failed = {**measured.statements, second: replace(measured.statements[second], errors={"42501": 3})}
    read = unpacked(packed(replace(measured, statements=failed)))
    assert read.statements[second].errors == {"42501": 3}
    assert not read.statements[first].errors


def test_a_day_of_hundreds_of_statements_is_a_few_megabytes() -> None:
    measured = busy(300)
    assert len(json.dumps(as_json(measured))) > 100_000
    assert len(json.dumps(packed(measured))) * 24 * 60 < 15_000_000


def test_what_was_not_pressed_is_read_too() -> None:
    assert unpressed({"at": 1.0}) == {"at": 1.0}
    assert unpressed(json.loads(json.dumps(pressed({"names": ["ä", "\0", '"']})))) == {"names": ["ä", "\0", '"']}
