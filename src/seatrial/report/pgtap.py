"""A matrix as a pgTAP file for `supabase/tests`: each attempt again, on any database that has the release."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from importlib import resources
from itertools import groupby
from typing import TYPE_CHECKING

from seatrial.model.isolation import Observed
from seatrial.rows.text import literal
from seatrial.tenants.identity import settings_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seatrial.model.isolation import Cell, Kind, Matrix

__all__ = ["pgtap"]

_HEAD = """\
-- Who can do what with whose rows: {attempts} attempts by {kinds} kinds of users. Written by Seatrial.
-- Everything happens in one transaction that is rolled back. Rows that are there already do no harm.
begin;
set local search_path to public, {schema};
select plan({attempts});

"""
_BODY = """
set constraints all immediate;
set local session_replication_role = replica;
do $$ begin perform pg_temp.make_room(s.relation, s.content) from seatrial_seed s; end $$;
set local session_replication_role = origin;
update seatrial_test set earlier = pg_temp.attempt(kind, statement) where counted;
set local session_replication_role = replica;
do $$ begin perform pg_temp.seed(s.relation, s.content) from seatrial_seed s order by s.number; end $$;
set local session_replication_role = origin;

"""
_TAIL = """
select matches(pg_temp.ours(pg_temp.attempt(t.kind, t.statement), t.earlier), t.expected, t.title)
  from seatrial_test t order by t.number;
select * from finish();
rollback;
"""
#: A refusal as a detail begins with it.
_SQLSTATE = re.compile(r"[0-9A-Z]{5}(?= |$)")
_ROWS = re.compile(r"([\d,]+) rows?")
#: Places of rows on the scratch mean nothing elsewhere.
_BOUND_TO_SCRATCH = re.compile(r"\bctid\b|\btableoid\b|\bseatrial_attack\b")
#: Here somebody else has logged in, and the session is the same for all.
_BOUND_TO_SESSION = re.compile(r"\s*(?:SET\b.*\b(?:ROLE|AUTHORIZATION)|PREPARE)\b|.*;\s*\w", re.IGNORECASE | re.DOTALL)
#: Where the number of rows alone tells that a leak is closed.
_BY_ROWS = re.compile("(?:read|update|delete) rows of (?!others)|add |join ")
#: Changes of some rows by a statement that may well change others.
_AMONG_OTHERS = re.compile("move |raise |make ")
_TELLS_NOTHING = "the number of rows does not tell it"
_SOME, _ANY, _CLOSED = "[1-9][0-9]* rows", "[0-9]+ rows", "42501|P0001|0 rows"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Test:
    kind: str
    statement: str
    #: A regular expression for `2 rows` or a SQLSTATE.
    expected: str
    title: str
    #: The rows of the answer are rows of a relation, so that those that were there before can be taken off.
    counted: bool


def pgtap(matrix: Matrix, seeds: Mapping[str, Sequence[str]], *, schema: str = "extensions") -> str:
    """The text of the file; a role that may set session_replication_role and become those of the kinds runs it.

    An attempt that is not as declared becomes a test that fails until it is.

    Args:
        matrix: its cells tell what must come of each request, by the server's words or the number of rows.
        seeds: the rows of its world, as JSON, by table, in any order.
        schema: where pgTAP is.
    """
    tests, left_out = _tests(matrix)
    asked = {test.kind for test in tests}
    kinds = [kind for kind in matrix.world.kinds if kind.name in asked]
    parts = (
        _HEAD.format(attempts=len(tests), kinds=len(kinds), schema=schema),
        resources.files("seatrial.report").joinpath("queries/pgtap.sql").read_text(encoding="utf-8"),
        _values("seatrial_kind (name, settings)", [(literal(kind.name), _settings(kind)) for kind in kinds]),
        _values("seatrial_seed (relation, content)", [row for table in seeds for row in _seed(table, seeds[table])]),
        _values("seatrial_test (kind, statement, expected, title, counted)", [_row(test) for test in tests]),
        _BODY,
        *(f"-- left out: {number} cells, as {why}\n" for why, number in left_out.items()),
        _TAIL,
    )
    return "".join(parts)


def _tests(matrix: Matrix) -> tuple[list[_Test], Counter[str]]:
    """One for all cells that are about the same request, as they are about different rows of one answer."""
    found, left_out = [], Counter[str]()
    known = {kind.name for kind in matrix.world.kinds}
    asked = [cell for cell in matrix.cells if cell.request and cell.kind in known]
    left_out["nothing was asked that could be asked again"] += len(matrix.cells) - len(asked)
    for (kind, subject, statement), group in groupby(sorted(asked, key=_same), _same):
        cells = list(group)
        expected = _expected(cells, statement)
        if expected.startswith("^"):
            told = sorted(dict.fromkeys(map(_told, cells)), key=lambda words: not words.startswith("can "))
            title = f"{kind}: {', '.join(told)}: {subject}"
            counted = "(" not in subject and not statement.lower().startswith("insert")
            found.append(_Test(kind=kind, statement=statement, expected=expected, title=title, counted=counted))
        else:
            left_out[expected] += len(cells)
    return found, +left_out


def _same(cell: Cell) -> tuple[str, str, str]:
    return cell.kind, cell.subject, cell.request.sql.strip() if cell.request else ""


def _told(cell: Cell) -> str:
    return f"can {cell.action}" if cell.expected is Observed.ALLOWED else f"cannot {cell.action}"


def _expected(cells: Sequence[Cell], statement: str) -> str:
    """A regular expression, from its `^` on; else why there is none."""
    if any(Observed.UNDECIDED in {cell.expected, cell.observed} for cell in cells):
        return "it is not decided what comes of it"
    if _BOUND_TO_SCRATCH.search(statement) or _BOUND_TO_SESSION.match(statement):
        return "the request means another thing elsewhere"
    allowed = [cell for cell in cells if cell.expected is Observed.ALLOWED]
    closed = [cell for cell in cells if cell.expected is Observed.BLOCKED]
    if leaks := [cell for cell in closed if cell.is_leak]:
        return _mended(leaks, allowed)
    if codes := {code[0] for cell in closed if (code := _SQLSTATE.match(cell.detail))}:
        return f"^({'|'.join(sorted(codes))})$"
    if any((cell.detail.strip() and _number(cell) != 0) or _AMONG_OTHERS.match(cell.action) for cell in closed):
        return _TELLS_NOTHING
    # That a key is taken is seen after the policies have let the row through.
    taken = "|23505" if statement.lower().startswith("insert") else ""
    return f"^({_rows(allowed)}{taken})$" if allowed else "^(0 rows)$"


def _mended(leaks: Sequence[Cell], allowed: Sequence[Cell]) -> str:
    """However a leak will be closed, as far as that is seen by the number of rows."""
    if not all(_BY_ROWS.match(cell.action) for cell in leaks):
        return _TELLS_NOTHING
    return f"^({'|'.join((_CLOSED, *([_rows(allowed)] if allowed else [])))})$"


def _rows(allowed: Sequence[Cell]) -> str:
    """How many there must be, as far as that is known."""
    numbers = [_number(cell) if cell.agrees else None for cell in allowed]
    if not any(cell.agrees for cell in allowed):
        return _SOME
    known = [number for number in numbers if number is not None]
    return f"{sum(known)} rows" if len(known) == len(numbers) else _ANY


def _number(cell: Cell) -> int | None:
    found = _ROWS.fullmatch(cell.detail.strip())
    return int(found[1].replace(",", "")) if found else None


def _settings(kind: Kind) -> str:
    return _quoted(json.dumps({**dict(settings_of(kind)), "role": kind.role}))


def _row(test: _Test) -> tuple[str, ...]:
    texts = (literal(test.kind), _quoted(test.statement), literal(test.expected), literal(test.title))
    return *texts, str(test.counted).lower()


def _values(into: str, rows: Sequence[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    return f"\ninsert into {into} values\n" + ",\n".join(f"    ({', '.join(row)})" for row in rows) + ";\n"


def _seed(table: str, rows: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Rows with the same columns together."""
    by_columns: dict[tuple[str, ...], list[str]] = {}
    for row in rows:
        by_columns.setdefault(tuple(sorted(json.loads(row))), []).append(row)
    for alike in by_columns.values():
        content = ",\n".join(alike)
        yield literal(table), _quoted(f"[{content}]")


def _quoted(text: str) -> str:
    """In dollars that the text does not hold."""
    tags: Iterator[str] = (f"$q{number or ''}" for number in range(len(text) + 1))
    tag = next(tag for tag in tags if tag not in text)
    return f"{tag}${text}{tag}$"
