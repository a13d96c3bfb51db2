"""Intervals and stands of a watch as little JSON: thousands of them are kept, of hundreds of statements each.

What is the same is written once: the subjects, lists that two signals share, and what a statement came to where its
signals say so already. Then it is compressed, better than a server does it by itself.
"""

from __future__ import annotations

import base64
import json
import zlib
from math import isclose
from typing import TYPE_CHECKING, Any

from seatrial.model.jsonable import as_json, from_json
from seatrial.model.sample import Measured, StatementUse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.model.sample import Key

__all__ = ["packed", "pressed", "unpacked", "unpressed"]

#: Of a value; more than anybody compares.
_DIGITS = 6
#: A statement's own figures are those of these signals: milliseconds and rows a call, with the calls as their weight.
_TIME, _ROWS = "slow", "rows"


def packed(measured: Measured) -> Any:  # noqa: ANN401 - JSON
    """An interval as JSON; values to six digits."""
    subjects: dict[str, int] = {}
    columns: dict[str, dict[str, Any]] = {}
    for (signal, subject), value in measured.values.items():
        column = columns.setdefault(signal, {"of": [], "value": [], "weight": []})
        column["of"].append(subjects.setdefault(subject, len(subjects)))
        column["value"].append(_short(value))
        column["weight"].append(_short(measured.weights[signal, subject]))
    rest = {s: use for s, use in measured.statements.items() if not _says(_derived(measured, s), use)}
    whole = {
        "at": measured.at,
        "seconds": measured.seconds,
        "gaps": dict(measured.gaps),
        "looked": sorted(measured.looked),
        "columns": _shared(columns),
        "subjects": list(subjects),
        "used": [subjects[s] for s in measured.statements if s not in rest],
        "statements": as_json(rest),
    }
    return pressed(whole)


def unpacked(found: Any) -> Measured:  # noqa: ANN401 - JSON
    """The interval that was packed.

    Raises:
        ValueError, TypeError, KeyError: another version of Seatrial wrote it.
    """
    whole = unpressed(found)
    subjects, columns = whole["subjects"], whole["columns"]
    values: dict[Key, float] = {}
    weights: dict[Key, float] = {}
    for signal in columns:
        of, value, weight = (_column(columns, signal, part) for part in ("of", "value", "weight"))
        for number, one, behind in zip(of, value, weight, strict=True):
            key = (signal, subjects[number])
            values[key], weights[key] = float(one), float(behind)
    plain = from_json(Measured, {name: whole[name] for name in ("at", "seconds", "gaps", "looked", "statements")})
    bare = Measured(at=plain.at, seconds=plain.seconds, values=values, weights=weights)
    used = {subjects[number]: _derived(bare, subjects[number]) for number in whole["used"]}
    statements = {**{subject: use for subject, use in used.items() if use}, **plain.statements}
    return Measured(
        at=plain.at, seconds=plain.seconds, values=values, weights=weights, gaps=plain.gaps, looked=plain.looked,
        statements=statements,
    )  # fmt: skip


def pressed(found: Any) -> Any:  # noqa: ANN401 - JSON
    """JSON as JSON that is smaller."""
    text = json.dumps(found, separators=(",", ":"), ensure_ascii=False)
    return {"pressed": base64.b85encode(zlib.compress(text.encode(), 9)).decode("ascii")}


def unpressed(found: Any) -> Any:  # noqa: ANN401 - JSON
    """What was pressed; anything else as it is."""
    if not (isinstance(found, dict) and found.keys() == {"pressed"}):
        return found
    return json.loads(zlib.decompress(base64.b85decode(found["pressed"])))


def _derived(measured: Measured, subject: str) -> StatementUse | None:
    """What a statement came to, as its signals say."""
    time, rows = measured.values.get((_TIME, subject)), measured.values.get((_ROWS, subject))
    calls = measured.weights.get((_TIME, subject))
    if time is None or rows is None or not calls:
        return None
    return StatementUse(calls=calls, milliseconds=time * calls, rows=rows * calls)


def _says(derived: StatementUse | None, use: StatementUse) -> bool:
    if derived is None or use.errors:
        return False
    pairs = ((derived.calls, use.calls), (derived.milliseconds, use.milliseconds), (derived.rows, use.rows))
    return all(isclose(one, other, rel_tol=10**-_DIGITS) for one, other in pairs)


def _shared(columns: Mapping[str, Mapping[str, list[float]]]) -> dict[str, dict[str, Any]]:
    """A list that is another one's already becomes the name of that signal."""
    first: dict[str, str] = {}
    found: dict[str, dict[str, Any]] = {}
    for signal, column in columns.items():
        found[signal] = {}
        for part, numbers in column.items():
            owner = first.setdefault(f"{part} {numbers}", signal)
            found[signal][part] = numbers if owner == signal else owner
    return found


def _column(columns: Mapping[str, Any], signal: str, part: str) -> list[float]:
    found = columns[signal][part]
    return columns[found][part] if isinstance(found, str) else found  # type: ignore[no-any-return]


def _short(value: float) -> float:
    short = float(f"{value:.{_DIGITS}g}")
    return int(short) if short.is_integer() else short
