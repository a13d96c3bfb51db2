"""Who needs whom: what a weakened part can open, and what lies under a part."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from seatrial.mutation.release import Release

__all__ = ["Reach"]

_WORD = re.compile(r'[^\W\d][\w$]*|"(?:[^"]|"")+"')


class Reach:
    """The release as a graph; text bodies are read for words, which finds too much rather than too little."""

    def __init__(self, release: Release) -> None:
        self._release = release
        self._needs: defaultdict[str, set[str]] = defaultdict(set)
        self._needed_by: defaultdict[str, set[str]] = defaultdict(set)
        self._triggered: defaultdict[str, set[str]] = defaultdict(set)
        for by, on in (*release.uses, *_mentions(release)):
            self._needs[by].add(on)
            self._needed_by[on].add(by)
        for trigger in release.triggers:
            self._triggered[trigger.routine].add(trigger.table)

    def of_policy(self, table: str) -> frozenset[str]:
        """What shows other rows where a policy, or row security, of a table is another."""
        return self._of_table(table, self._ignores_policies)

    def of_privilege(self, relation: str) -> frozenset[str]:
        """What shows other rows where clients have another privilege on a relation."""
        return self._of_table(relation, self._runs_as_owner)

    def of_view(self, view: str) -> frozenset[str]:
        """A view, and whatever looks through it."""
        return self._of_table(view, lambda _: False)

    def of_routine(self, routine: str) -> frozenset[str]:
        """Whatever calls a function: relations by policy, view, default or trigger, and functions of clients."""
        calling = _closure([routine], self._callers)
        asking = {user for one in calling - self._release.relations.keys() for user in self._needed_by[one]}
        shown = (self.of_policy(one) for one in asking if self._is_relation(one))
        called = (one for one in calling if self._is_relation(one) or self._is_called(one))
        return frozenset({routine, *called}.union(*shown))

    def below(self, names: Collection[str]) -> frozenset[str]:
        """The relations that views and functions among these read or write, with these themselves."""
        return _closure(names, lambda one: set() if self._is_table(one) else self._needs[one])

    def asked_by(self, table: str) -> frozenset[str]:
        """Functions that a table itself needs."""
        return frozenset(self._needs[table] & self._release.routines.keys())

    def needs(self, names: Collection[str]) -> frozenset[str]:
        """Everything that these need, with these themselves."""
        return _closure(names, lambda one: self._needs[one])

    def _of_table(self, table: str, ends: Callable[[str], bool]) -> frozenset[str]:
        found = _closure([table], lambda one: {user for user in self._needed_by[one] if not ends(user)})
        # What runs as its caller shows no more than the table itself does.
        return frozenset(
            one for one in found if self._is_relation(one) or (self._is_called(one) and self._runs_as_owner(one))
        )

    def _callers(self, one: str) -> set[str]:
        """Of a function: functions, and tables by trigger; of such a table: functions that could write to it."""
        users = self._needed_by[one] - self._release.relations.keys()
        if self._is_relation(one):
            return {user for user in users if self._release.routines[user].may_write}
        return users | self._triggered[one]

    def _is_relation(self, name: str) -> bool:
        return name in self._release.relations

    def _is_table(self, name: str) -> bool:
        return self._is_relation(name) and self._release.relations[name].is_table

    def _is_called(self, name: str) -> bool:
        return name in self._release.routines and bool(self._release.routines[name].callers)

    def _runs_as_owner(self, name: str) -> bool:
        if self._is_relation(name):
            relation = self._release.relations[name]
            return relation.kind == "m" or (relation.kind == "v" and not relation.invoker)
        return self._release.routines[name].definer

    def _ignores_policies(self, name: str) -> bool:
        owner = self._release.relations.get(name) or self._release.routines[name]
        return self._runs_as_owner(name) and owner.bypasses


def _closure(start: Iterable[str], neighbours: Callable[[str], set[str]]) -> frozenset[str]:
    found = set(start)
    waiting = list(found)
    while waiting:
        new = neighbours(waiting.pop()) - found
        found |= new
        waiting += new
    return frozenset(found)


def _mentions(release: Release) -> Iterable[tuple[str, str]]:
    by_word: defaultdict[str, set[str]] = defaultdict(set)
    named: Mapping[str, str] = {
        **{name: one.bare for name, one in release.relations.items()},
        **{name: one.bare for name, one in release.routines.items()},
    }
    for name, bare in named.items():
        by_word[bare.lower()].add(name)
    for name, routine in release.routines.items():
        words = {word.strip('"').lower() for word in _WORD.findall(routine.source)}
        for word in words & by_word.keys():
            yield from ((name, other) for other in by_word[word] if other != name)
