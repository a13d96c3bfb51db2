"""Which of the server's refusals are faults of a body, and which only show that it could not be decided."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model.bodies import BodyFault
from seatrial.rehearsal.bodies.probe import Role
from seatrial.rehearsal.bodies.routine import made_by
from seatrial.sql.words import CannotRead, tokens

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seatrial.rehearsal.bodies.probe import Outcome, Probe
    from seatrial.rehearsal.bodies.routine import Routine

__all__ = ["Finding", "Reading", "findings", "told_for_every_table"]

#: What a handler may name, and what it then expects.
_CONDITIONS = {
    "undefined_table": "42P01",
    "undefined_column": "42703",
    "undefined_function": "42883",
    "undefined_object": "42704",
    "undefined_parameter": "42P02",
    "invalid_schema_name": "3F000",
    "ambiguous_column": "42702",
    "ambiguous_function": "42725",
    "datatype_mismatch": "42804",
    "invalid_text_representation": "22P02",
    "data_exception": "22000",
    "syntax_error": "42601",
    "syntax_error_or_access_rule_violation": "42000",
}
#: Classes that say something of the body and the schema: data, syntax or access rule, schema name.
_OF_THE_BODY = re.compile(r"22|42|3F000")
#: Rights; our own functions; types that only a call settles.
_OF_THE_PROBE = frozenset({"42501", "42P13", "42P18", "42P22", "42P21", "42P07", "42710", "42723"})
_UNDEFINED = frozenset({"42P01", "42883", "42704", "3F000"})
_NAMED = re.compile(r'^(?:relation|function|type|schema|procedure)\s+"?([\w$."]+)')
_MISSING_ENTRY = re.compile(r'missing FROM-clause entry for table "(.+)"')
_SETTLED_TABLE = re.compile(r"\btg_(?:table_name|relname|relid|table_schema|argv|name)\b", re.IGNORECASE)
_NEAR = re.compile(r"near line (\d+)")
#: What the server adds in DETAIL.
_AMBIGUOUS = "It could refer to either a PL/pgSQL variable or a table column."


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A fault with the place of its probe, or the reason why there is none."""

    place: int
    fault: BodyFault | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a body says of what it expects to be missing."""

    #: Tables that some body makes while it runs.
    made: frozenset[str]
    #: Tables that this body makes or alters.
    changed: frozenset[str]
    #: Every string constant of this body, in lower case.
    literals: frozenset[str]
    #: It changes its own search path.
    changes_path: bool

    @classmethod
    def of(cls, routine: Routine, made: frozenset[str]) -> Reading:
        """Read one body."""
        try:
            words = tokens(routine.body)
        except CannotRead:
            words = ()
        literals = frozenset(token.text.strip("'").lower() for token in words if token.text.startswith("'"))
        changes = "search_path" in routine.body.lower() and "search_path" not in routine.settings
        changed = made_by(routine.body, or_altered=True)
        return cls(made=made, changed=changed, literals=literals, changes_path=changes)

    def expects(self, probe: Probe, outcome: Outcome) -> str:
        """Why the refusal may be meant or may not come true, or nothing."""
        if any(_catches(condition, outcome.sqlstate) for condition in probe.caught):
            return "a handler expects this error"
        match = _NAMED.match(outcome.message)
        name = match[1].replace('"', "").lower() if match else ""
        if name.rsplit(".", maxsplit=1)[-1] in self.made:
            return "a body makes this table while it runs"
        if self.changed & {relation.lower() for relation in probe.relations}:
            return "the body makes or alters a table of this statement"
        if outcome.sqlstate in _UNDEFINED and self.changes_path:
            return "the body sets its own search path"
        if name and any(text in {name, name.rsplit(".", maxsplit=1)[-1]} for text in self.literals):
            return "the body looks this name up"
        return ""


def _catches(condition: str, sqlstate: str) -> bool:
    code = _CONDITIONS.get(condition, condition.upper())
    return code == sqlstate or (code.endswith("000") and sqlstate[:2] == code[:2])


def findings(
    probes: Sequence[Probe], outcomes: Mapping[int, Outcome], readings: Mapping[str, Reading]
) -> tuple[Finding, ...]:
    """What each refusal means, in the order of the probes."""
    asked = {place for probe in probes for place in probe.needs}
    found = []
    for place, probe in enumerate(probes):
        outcome = outcomes.get(place)
        if probe.role is Role.AMBIGUOUS and outcome is None:
            found.append(Finding(place=place, fault=_ambiguous(probe)))
        elif outcome is not None and outcome.sqlstate and probe.role is not Role.AMBIGUOUS:
            found.append(_refused(place, probe, outcome, readings[probe.unit.function], is_asked=place in asked))
    return tuple(finding for finding in found if finding.fault or finding.why)


def _ambiguous(probe: Probe) -> BodyFault:
    [name] = probe.names
    return BodyFault(
        function=probe.unit.function,
        table=probe.unit.table,
        line=probe.line,
        sqlstate="42702",
        message=f'column reference "{name}" is ambiguous',
        hint=_AMBIGUOUS,
        query=probe.query,
    )


def _refused(place: int, probe: Probe, outcome: Outcome, reading: Reading, *, is_asked: bool) -> Finding:
    sqlstate, message = probe.meaning.get(outcome.sqlstate, (outcome.sqlstate, outcome.message))
    is_aid = probe.role is Role.AID or (probe.meaning and outcome.sqlstate not in probe.meaning)
    if is_aid:
        why = f"the columns of a query are not known: {message}" if is_asked and probe.query else ""
        return Finding(place=place, why=_at(probe, why))
    if sqlstate == "0A000" and "output arguments" in message:
        # Compiled to the end; only functions in SQL may not call such a procedure.
        return Finding(place=place)
    if not _OF_THE_BODY.match(sqlstate) or sqlstate in _OF_THE_PROBE:
        return Finding(place=place, why=_at(probe, message))
    if why := reading.expects(probe, outcome):
        return Finding(place=place, why=_at(probe, f"{message}; {why}"))
    missing = _MISSING_ENTRY.fullmatch(message)
    if missing and missing[1] in probe.names:
        sqlstate, message = "42703", f'record "{missing[1]}" has no such field'
    near = _NEAR.search(outcome.context)
    return Finding(
        place=place,
        fault=BodyFault(
            function=probe.unit.function,
            table=probe.unit.table,
            line=probe.line or (int(near[1]) if near else 1),
            sqlstate=sqlstate,
            message=message,
            hint=outcome.hint,
            query=probe.query,
        ),
    )


def _at(probe: Probe, why: str) -> str:
    return f"line {probe.line}: {why}" if why and probe.line else why


def told_for_every_table(faults: Sequence[BodyFault], routine: Routine) -> tuple[BodyFault, ...]:
    """The faults of a trigger function that asks for which table it runs: only those that no table is spared.

    The others may be kept from happening by what it asks.
    """
    tables = {attached.table for attached in routine.attached}
    if len(tables) < 2 or not _SETTLED_TABLE.search(routine.body):  # noqa: PLR2004 - it takes two to differ
        return tuple(faults)
    seen: dict[tuple[int, str, str], set[str]] = defaultdict(set)
    for fault in faults:
        seen[fault.line, fault.sqlstate, fault.query].add(fault.table)
    return tuple(f for f in faults if not f.table or seen[f.line, f.sqlstate, f.query] == tables)
