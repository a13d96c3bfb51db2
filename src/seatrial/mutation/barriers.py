"""What else may stand in the way of a weakened release: taken away, it shows whether the weakness is real."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from seatrial.mutation.bodies import silent

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from seatrial.model.isolation import Mutant
    from seatrial.mutation.reach import Reach
    from seatrial.mutation.release import Policy, Release
    from seatrial.sql.weaken import Weaker

__all__ = ["Barrier", "Barriers", "Weakened"]

#: Commands of policies, as in pg_policy.
COMMANDS = {"r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE"}
OTHER_POLICIES = "the other policies"
#: Privileges that clients may have or lack.
TABLE = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
SEQUENCE = ("USAGE", "SELECT", "UPDATE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Barrier:
    """Something that keeps users out besides what was weakened."""

    #: In the plural: `the privileges`.
    name: str
    #: Statements of a superuser that take it away; they come before those of the mutant.
    gone: str
    #: Where both are in one text: the statement that takes it away and makes the mutant.
    together: str = ""
    #: It lets users in, rather than keep them out: without it, what the mutant lets through shows.
    is_door: bool = False


#: A mutant, and what may hide it, the likeliest first; it takes time to find out, and few need it.
Weakened = tuple["Mutant", "Callable[[], Iterable[Barrier]]"]


class Barriers:
    """Finds the barriers around a part of a release."""

    def __init__(self, release: Release, reach: Reach, roles: tuple[str, ...]) -> None:
        self._release = release
        self._reach = reach
        self._to = ", ".join(roles)

    def around(
        self, reach: Collection[str], *, privileges: bool = True, policies: bool = False, triggers: bool = True
    ) -> tuple[Barrier, ...]:
        """What there is around all that a mutant can open, and what lies under that; not what the mutant itself opens.

        Args:
            reach: as of the mutant.
            privileges: of clients, on all of it.
            policies: row security as a whole.
            triggers: those that a person made.
        """
        found = [self.privileges(reach)] if privileges else []
        below = self._reach.below(reach)
        tables = [one for name, one in self._release.relations.items() if name in below and one.is_table]
        if policies:
            off = (f"ALTER TABLE {one.name} DISABLE ROW LEVEL SECURITY" for one in tables if one.row_security)
            found.append(Barrier(name="the policies", gone="; ".join(off)))
        # Disabling all of them is the only way to disable those of foreign keys.
        keys = (f"ALTER TABLE {one.name} DISABLE TRIGGER ALL" for one in tables)
        on = (
            f"ALTER TABLE {one.table} ENABLE TRIGGER {one.name}" for one in self._release.triggers if one.table in below
        )
        checks = (
            f"ALTER TABLE {one.name} DROP CONSTRAINT {check}"
            for one in tables
            for check in self._release.checks[one.name]
        )
        found.append(Barrier(name="the constraints", gone="; ".join([*keys, *on, *checks])))
        if triggers:
            gone = (f"ALTER TABLE {one.name} DISABLE TRIGGER USER" for one in tables)
            found.append(Barrier(name="the triggers", gone="; ".join(gone)))
        return tuple(barrier for barrier in found if barrier.gone)

    def privileges(self, reach: Collection[str], *, but: tuple[str, str] = ("", "")) -> Barrier:
        """All privileges on relations and schemas, and EXECUTE on all that these need.

        Args:
            reach: as of the mutant.
            but: a privilege and a relation, or EXECUTE and a routine, that stay as they are.
        """
        names = sorted(self._reach.below(reach))
        relations = [self._release.relations[name] for name in names if name in self._release.relations]
        under = self._reach.needs(names)
        needed = [one for name, one in self._release.routines.items() if name in under]
        schemas = sorted({one.schema for one in relations} | {one.schema for one in needed})
        statements = [f"GRANT USAGE ON SCHEMA {', '.join(schemas)} TO {self._to}"]
        for relation in relations:
            sort, granted = ("SEQUENCE", SEQUENCE) if relation.kind == "S" else ("TABLE", TABLE)
            rest = [one for one in granted if but != (one, relation.name)]
            statements.append(f"GRANT {', '.join(rest)} ON {sort} {relation.name} TO {self._to}")
        if routines := [one.name for one in needed if but != ("EXECUTE", one.name)]:
            statements.append(f"GRANT EXECUTE ON ROUTINE {', '.join(routines)} TO {self._to}")
        return Barrier(name="the other privileges" if but[0] else "the privileges", gone="; ".join(statements))

    def answers(self, table: str) -> Iterator[Barrier]:
        """Of each function that a table's policies ask; without them, nobody is let in by that function."""
        for name in sorted(self._reach.asked_by(table)):
            routine = self._release.routines[name]
            yield Barrier(name=f"the answers of {name}", gone=silent(routine), is_door=True)

    def other_policies(self, policy: Policy) -> Barrier:
        """What policies of the same table restrict besides: other commands, and the restrictive ones."""
        open_to = [] if policy.command == "*" and policy.permissive else [
            f"CREATE POLICY seatrial_{word.lower()} ON {policy.table} FOR {word} "
            f"{'WITH CHECK' if letter == 'a' else 'USING'} (true)"
            for letter, word in COMMANDS.items()
            if not policy.permissive or letter != policy.command
        ]  # fmt: skip
        others = [
            one
            for one in self._release.policies
            if one.table == policy.table and one.name != policy.name and not one.permissive
        ]
        return Barrier(name=OTHER_POLICIES, gone="; ".join([*open_to, *(opened(one) for one in others)]))


def opened(policy: Policy) -> str:
    """The statement that replaces every condition of a policy by true."""
    using = "" if policy.command == "a" else " USING (true)"
    check = " WITH CHECK (true)" if policy.command in {"a", "w", "*"} else ""
    return f"ALTER POLICY {policy.name} ON {policy.table}{using}{check}"


def choices(barriers: Iterable[Barrier]) -> Iterator[tuple[Barrier, ...]]:
    """All barriers at once; of several with one name, one after the other; parts of the mutant's own text last."""
    by_name: defaultdict[str, list[Barrier]] = defaultdict(list)
    parts: list[tuple[Barrier, ...]] = [()]
    for barrier in barriers:
        if barrier.together:
            parts.append((barrier,))
        else:
            by_name[barrier.name].append(barrier)
    for part in parts:
        yield from ((*part, *rest) for rest in product(*by_name.values()) if part or rest)


def other_parts(
    name: str,
    chosen: Weaker,
    found: Iterable[Weaker],
    again: Callable[[str], Iterable[Weaker]],
    statement: Callable[[str], str],
) -> Iterator[Barrier]:
    """What else there is in a text that may do the same as the part that was weakened.

    Args:
        name: of the barriers.
        chosen: the variant that is the mutant.
        found: all variants of the text.
        again: gives the variants of a variant.
        statement: gives the statement that makes a text the one in force.
    """
    others = {one.change: one.text for one in found if one is not chosen}
    for both in again(chosen.text):
        if other := others.get(both.change):
            yield Barrier(name=name, gone=statement(other), together=statement(both.text))
