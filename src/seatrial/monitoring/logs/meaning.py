"""What an error is about, by its SQLSTATE and the names in its message: a pure decision that keeps no value.

Messages may be in any language, and between any quotes. So the SQLSTATE decides first, then what stands in quotes,
and English words only where nothing else tells. What a function says with RAISE is somebody's own words, of which
nothing is kept but the name of the function.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial.monitoring.logs.entry import Entry

__all__ = ["Meaning", "is_plain", "meaning_of"]

_QUOTED = re.compile(
    '["\u201c\u201e\u00ab\u00bb\u201d] ?([^"\u201c\u201d\u201e\u00ab\u00bb]{1,63}?) ?["\u201c\u201d\u00ab\u00bb]'
)
#: Somebody who writes WHERE name = "Miller" gets an error that quotes a customer as a column. What could be a name of
#: a schema is shown, what has a blank, a digit in front, an @ or a hyphen is not.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_$]{0,62}(?:\.[A-Za-z_][A-Za-z0-9_$]{0,62}){0,2}")
_RAISED = re.compile(r"([A-Za-z_][\w$]*(?:\.[A-Za-z_][\w$]*)?)\([^()\n]*\)[^\n]* RAISE$")
_REFUSED = re.compile(r"(?:permission denied for|must be owner of) ((?:[a-z-]+ ){0,3}?)(\S+)$")
_COLUMN_REFUSED = re.compile(r'permission denied for column "([^"]+)" of relation "([^"]+)"')
_KINDS = frozenset({
    "aggregate", "column", "database", "domain", "extension", "foreign server", "foreign table", "function", "index",
    "language", "large object", "materialized view", "operator", "parameter", "policy", "procedure", "publication",
    "relation", "routine", "schema", "sequence", "subscription", "table", "tablespace", "trigger", "type", "view",
})  # fmt: skip
_MISSING = re.compile(r"(column|relation|function|procedure|type|schema|role|operator)\b")
_SIGNATURE = re.compile(r"(?:function|procedure) ([\w.]{1,127}\([\w\s.,\[\]\"]{0,200}\))")
_OPERATOR = re.compile(r"operator does not exist: ([\w\s.\[\]\"<>=~!@#%^&|`?*/+-]{1,120})$")
_DOTTED = re.compile(r"column ([A-Za-z_][\w$]{0,62}\.[A-Za-z_][\w$]{0,62}) ")

_TIMEOUTS = frozenset({"57014", "55P03", "25P03", "25P04", "57P05"})
_UNDEFINED = frozenset({"42P01", "42703", "42883", "42704", "3F000"})
#: Routines of the server that say no because of a policy.
_BY_POLICY = frozenset({"ExecWithCheckOptions", "get_row_security_policies", "check_enable_rls"})
_RECURSES = "fireRIRrules"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What an error counts as, and whose it is."""

    quantity: str
    #: A name or a SQLSTATE; empty where the relation is the subject.
    subject: str = ""
    #: As the message has it, without its schema.
    relation: str = ""
    #: The subject is a constraint or an index, and the catalog knows of which table.
    is_constraint: bool = False


def meaning_of(entry: Entry) -> Meaning:
    """Of one error."""
    quoted = tuple(_QUOTED.findall(entry.message))
    # The innermost place comes first; its kind of statement is in no language.
    if (place := entry.context.partition("\n")[0]).endswith(" RAISE"):
        return _raised(entry, place)
    match entry.sqlstate:
        case "42501":
            return _refusal(entry, quoted)
        case "42P17" if len(quoted) == 1 and _is_recursion(entry):
            return Meaning(quantity="log.recursion", relation=quoted[0])
        case state if state.startswith("23"):
            return _violation(entry, quoted)
        case state if state in _UNDEFINED:
            return Meaning(quantity="log.undefined", subject=_missing(entry.message, quoted) or state)
        case state:
            return Meaning(quantity="log.timeouts" if state in _TIMEOUTS else "log.errors", subject=state)


def _raised(entry: Entry, place: str) -> Meaning:
    """A function that says so itself; that it refuses somebody is still a refusal."""
    if entry.sqlstate != "42501":
        return Meaning(quantity="log.errors", subject=entry.sqlstate)
    by = _RAISED.search(place)
    return Meaning(quantity="log.refusals", subject=f"function {by[1]}" if by else entry.sqlstate)


def _refusal(entry: Entry, quoted: tuple[str, ...]) -> Meaning:
    if quoted and (entry.routine in _BY_POLICY or "row-level security" in entry.message):
        return Meaning(quantity="log.denials", relation=quoted[-1])
    if column := _COLUMN_REFUSED.match(entry.message):
        return Meaning(quantity="log.refusals", subject=_plain("column", ".".join(column.groups()[::-1])))
    named = _REFUSED.match(entry.message)
    kind = named[1].strip() if named else ""
    if named is None or kind not in _KINDS:
        return Meaning(quantity="log.refusals", subject=entry.sqlstate)
    return Meaning(quantity="log.refusals", subject=_plain(kind, named[2]))


def _is_recursion(entry: Entry) -> bool:
    """In English by its word, else by its quotes: no other message of this code has one name in foreign ones."""
    return entry.routine == _RECURSES or "infinite recursion" in entry.message or '"' not in entry.message


def _violation(entry: Entry, quoted: tuple[str, ...]) -> Meaning:
    of, table, is_constraint = entry.sqlstate, "", True
    match entry.sqlstate, quoted:
        case "23502", (column, table, *_):
            of, is_constraint = f"{column if is_plain(column) else 'a column'} NOT NULL", False
        case "23503", (table, of, *others):
            # The key belongs to the table that is named last.
            table = others[0] if others else table
        case ("23514", (table,)) if "partition" in entry.message:
            of, is_constraint = "partition", False
        case "23514", (table, of, *_):
            pass
        case "23505" | "23P01" | "23514", (of, *_):
            pass
        case _:
            is_constraint = False
    return Meaning(quantity="log.violations", subject=of, relation=table, is_constraint=is_constraint)


def _missing(message: str, quoted: tuple[str, ...]) -> str:
    for pattern, word in ((_SIGNATURE, "function"), (_OPERATOR, "operator"), (_DOTTED, "column")):
        if found := pattern.search(message):
            return f"{word} {found[1].strip()}"
    kind = _MISSING.match(message)
    if kind is None or not quoted:
        return ""
    return _plain(kind[1], ".".join(quoted[1::-1]) if kind[1] == "column" else quoted[0])


def is_plain(name: str) -> bool:
    """Whether it looks like a name that somebody gave in a schema."""
    return bool(_NAME.fullmatch(name))


def _plain(kind: str, name: str) -> str:
    """`table contacts`; only the kind where the name could be something else."""
    return f"{kind} {name}" if is_plain(name) else kind
