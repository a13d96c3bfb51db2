"""What of a release a trouble is tied to: by the statement, the table, the constraint or the name that it is of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.sample import source_of
from seatrial.model.signal import Family
from seatrial.model.watch import Change

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from seatrial.model.sample import StatementText, StatementUse
    from seatrial.model.signal import Signal
    from seatrial.model.watch import Watch

__all__ = ["Ties"]

#: Changes that are named with a trouble.
MOST = 5
_QUOTED = re.compile(r'"((?:[^"]|"")+)"')
_WORD = re.compile(r"[\w$]+")
#: What is the more likely cause, first; of one signal, or of a family.
_LIKELY: Mapping[str, Sequence[str]] = {
    "denials": ("policy", "privileges", "trigger"),
    "refusals": ("privileges", "policy", "function", "view"),
    "recursion": ("policy", "function"),
    "violations": ("constraint", "trigger", "column"),
    "undefined": ("column", "table", "view", "function"),
    "deadlocks": ("trigger", "constraint", "index", "table"),
    "timeouts": ("index", "trigger", "constraint", "policy"),
    Family.LATENCY: ("index", "policy", "trigger", "function", "column"),
    Family.PLANS: ("index", "policy", "column"),
    Family.SILENCE: ("policy", "privileges", "trigger", "function"),
    Family.LOCKS: ("trigger", "constraint", "index", "policy"),
    Family.TABLES: ("table", "trigger", "index"),
}
#: What the name of an index is made of besides the names of its columns.
_NO_COLUMNS = frozenset({"idx", "index", "ix", "key", "pkey", "fkey", "uq", "pk", "fk", "by", "on", "check"})
#: Errors whose subject is a SQLSTATE, or nothing: it is the statements that have them which tell.
_DEADLOCK = "40P01"


class Ties:
    """Finds the changes that a subject has to do with, the likeliest first."""

    def __init__(self, watch: Watch, plans: Mapping[str, Sequence[str]]) -> None:
        """With the indexes that each query of the workload has used."""
        self._plans = plans
        self._changes = watch.changes
        self._all = tuple(Change(kind="migration", name=one, relation="", label=one) for one in watch.migrations)
        self._on: dict[str, list[Change]] = {}
        self._named: dict[str, list[Change]] = {}
        for change in watch.changes:
            self._named.setdefault(_last(change.name), []).append(change)
            if change.relation:
                self._on.setdefault(change.relation, []).append(change)
        functions = {_last(change.name) for change in watch.changes if change.kind == "function"}
        names = "|".join(map(re.escape, sorted(functions)))
        self._calls = re.compile(rf'(?<![\w$])"?({names})"?\s*\(') if functions else None

    def statement(self, text: StatementText | None) -> tuple[Change, ...]:
        """The changes that a statement can feel: on what it names, and functions that it calls."""
        if text is None:
            return ()
        found = [change for relation in text.relations for change in self._relation(relation)]
        if self._calls:
            called = {_last(one) for one in self._calls.findall(text.shape)}
            found += [one for one in self._changes if _last(one.name) in called]
        return tuple(dict.fromkeys(found))

    def of(
        self, signal: Signal, subject: str, texts: Mapping[str, StatementText], uses: Mapping[str, StatementUse]
    ) -> tuple[Change, ...]:
        """The changes that a trouble is tied to; empty where it has nothing to do with the release.

        Args:
            signal: that is in trouble.
            subject: of which it is.
            texts: of the statements that are followed.
            uses: what they came to in the interval: whose errors they are.
        """
        text = texts.get(subject) if signal.per == "statement" else None
        if signal.per == "statement":
            found: Iterable[Change] = self.statement(text)
        elif source_of(signal.quantity) == "tenants":
            # The release's own tables, by its own queries.
            return self._all
        elif signal.per == "sqlstate" or signal.name == "deadlocks":
            found = self._blamed(subject or _DEADLOCK, texts, uses)
        elif signal.per == "table":
            found = self._relation(subject)
        elif signal.family is Family.INDEXES:
            # What lacks an index, or has one too many, is so since it was made, whatever else the release did there.
            near = self._constraint(subject) if signal.per == "constraint" else self._object(subject)
            found = [one for one in near if one.kind in {"index", "constraint", "table"}]
        elif signal.per == "constraint":
            found = self._constraint(subject)
        else:
            found = self._object(subject) if subject else ()
        if signal.name == "plan":
            found = [change for name in self._plans.get(subject, ()) for change in self._named.get(_last(name), [])]
        named = {_last(subject), *_WORD.findall(text.shape if text else subject)}
        likely = _LIKELY.get(signal.name) or _LIKELY.get(signal.family, ())
        return tuple(sorted(dict.fromkeys(found), key=lambda one: _rank(one, named, likely))[:MOST])

    def _relation(self, name: str) -> list[Change]:
        """Also where a message names it without its schema."""
        if "." in name:
            return self._on.get(name, [])
        return [one for relation, found in self._on.items() if _last(relation) == name for one in found]

    def _constraint(self, subject: str) -> list[Change]:
        name, _, relation = subject.rpartition(" on ")
        there = self._relation(relation)
        exact = [one for one in there if not name or _last(one.name) == name]
        # A column or an index more makes nobody violate a constraint that was there before.
        return [*exact, *(there if exact else [one for one in there if one.kind in {"table", "trigger"}])]

    def _object(self, subject: str) -> list[Change]:
        """As messages and probes have it: `relation "x"`, `column c.email`, `policy p on public.contacts`, an index."""
        what, _, relation = subject.rpartition(" on ")
        if what:
            return [one for one in self._relation(relation) if _last(one.name) == _last(what.partition(" ")[2])]
        quoted = _QUOTED.findall(subject)
        spelled = quoted[0].replace('""', '"') if quoted else _spelled(subject)
        name = spelled.partition("(")[0].strip()
        exact = [one for one in self._changes if one.name == name]
        return exact or self._named.get(_last(name), []) or self._relation(name)

    def _blamed(
        self, code: str, texts: Mapping[str, StatementText], uses: Mapping[str, StatementUse]
    ) -> tuple[Change, ...]:
        """Where at least half of the errors that have a statement are of statements on what was changed."""
        having = {subject: use.errors[code] for subject, use in uses.items() if code in use.errors}
        tied = {subject: self.statement(texts.get(subject)) for subject in having}
        ours = sum(number for subject, number in having.items() if tied[subject])
        if not ours or ours * 2 < sum(having.values()):
            return ()
        return tuple(dict.fromkeys(change for found in tied.values() for change in found))


def _spelled(subject: str) -> str:
    first, _, rest = subject.partition(" ")
    return rest.split(" of ")[0] if rest and "(" not in first else subject


def _last(name: str) -> str:
    """Without the schema, quotes and the types of arguments."""
    return name.partition("(")[0].rpartition(".")[2].strip('"')


def _rank(change: Change, named: set[str], likely: Sequence[str]) -> tuple[int, int, int, str]:
    """What the subject names comes first, then what is likely of such a trouble, then what is gone."""
    own = _last(change.name)
    is_named = own in named
    if change.kind == "index" and change.kind in likely:
        is_named = is_named or bool(_columns(own, change.relation) & named)
    is_named = is_named and change.name != change.relation
    kind = likely.index(change.kind) if change.kind in likely else len(likely)
    return (0 if is_named else 1, kind, 0 if change.gone else 1, change.name)


def _columns(index: str, relation: str) -> set[str]:
    """What an index is on, as far as its name says it: `name` of `idx_contacts_name`."""
    return set(index.split("_")) - _NO_COLUMNS - set(_last(relation).split("_"))
