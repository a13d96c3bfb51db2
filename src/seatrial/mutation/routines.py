"""Functions and triggers that check less, or run as somebody else."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from seatrial.model.isolation import Mutant
from seatrial.mutation.barriers import Barrier, other_parts
from seatrial.mutation.bodies import with_body
from seatrial.mutation.release import PACKAGE
from seatrial.pg.queries import load
from seatrial.rows.text import literal
from seatrial.sql.weaken import Weaker, weaker_body

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from seatrial.model.tenancy import Tenancy
    from seatrial.mutation.barriers import Barriers, Weakened
    from seatrial.mutation.reach import Reach
    from seatrial.mutation.release import Release, Routine, Trigger

__all__ = ["weaker_routines"]

#: A check for the caller's identity to be there at all.
_NOBODY = re.compile(r"\bif\s+\(?\s*(\(\s*select\s+)?auth\.uid\(\)\s*\)?\s*is\s+null\s*\)?\s+is removed", re.IGNORECASE)
WRITES = frozenset({"INSERT", "UPDATE", "DELETE"})
#: RAISE that ends the statement: of an exception, of one by name or SQLSTATE, or of the one being handled.
_RAISES = re.compile(
    r"\braise\s*(;|'|exception\b|sqlstate\b|using\b|(?!debug\b|log\b|info\b|notice\b|warning\b)\w+\s*(;|using\b))",
    re.IGNORECASE,
)


def weaker_routines(release: Release, tenancy: Tenancy, reach: Reach, barriers: Barriers) -> Iterator[Weakened]:
    """Functions whose rights, settings, bodies or callers are others, and tables without a trigger that refuses."""
    # What policies, views and defaults call, directly or through each other.
    asked = reach.needs(release.relations.keys())
    called = {name for name, one in release.routines.items() if one.callers}
    # What some request of a client can start; nothing else keeps tenants apart.
    direct = reach.needs({*asked, *called})
    started = reach.needs({*direct, *(one.routine for one in release.triggers if _fires(release, one, direct))})
    identity = _identity(release, tenancy)
    for routine in release.routines.values():
        touched = reach.of_routine(routine.name)
        whole = _Whole(routine, tenancy, touched, barriers, identity, is_asked=routine.name in asked)
        if routine.name in started:
            yield from whole.with_other_rights()
            if routine.definer or routine.name in asked or (routine.is_trigger and _RAISES.search(routine.source)):
                yield from whole.with_weaker_body()
        if not routine.is_trigger:
            yield from whole.granted()
    yield from _untriggered(release, barriers)


class _Whole:
    """A routine with what is known around it."""

    def __init__(
        self,
        routine: Routine,
        tenancy: Tenancy,
        touched: frozenset[str],
        barriers: Barriers,
        identity: frozenset[str],
        *,
        is_asked: bool,
    ) -> None:
        self._routine, self._roles, self._is_asked = routine, tenancy.roles, is_asked
        self._anonymous = [role for role in (tenancy.anonymous_role,) if role]
        self._clients = [*self._anonymous, tenancy.signed_in_role]
        self._touched, self._barriers, self._identity = touched, barriers, identity

    def with_weaker_body(self) -> Iterator[Weakened]:
        """Of what policies ask, all of it; of other functions, what asks who the caller is."""
        for one in self._bodies if self._is_asked else [one for one in self._bodies if one.names & self._identity]:
            mutant = self._mutant(f"body: {one.change}", self._with(one.text))
            if _NOBODY.search(one.change):
                mutant = replace(
                    mutant, same_because="it only keeps out requests without a user, and none can call it",
                    shown=_question("nobody_calls_it", self._routine, self._anonymous),
                )  # fmt: skip
            yield mutant, partial(self._beside, one)

    def with_other_rights(self) -> Iterator[Weakened]:
        routine = self._routine
        if routine.definer and routine.has_path:
            mutant = self._mutant("search_path is no longer set", f"ALTER ROUTINE {routine.name} RESET search_path")
            yield replace(
                mutant, same_because="clients can put nothing where an unqualified name of it is looked for",
                shown=_question("path_is_not_needed", routine, self._clients),
            ), self._around  # fmt: skip
        if not routine.definer and routine.callers and not routine.is_trigger:
            mutant = self._mutant("it runs with its owner's rights", f"ALTER ROUTINE {routine.name} SECURITY DEFINER")
            yield replace(
                mutant, same_because="it touches no table and does not ask as whom it runs",
                shown=_question("touches_nothing", routine),
            ), self._around_rights  # fmt: skip

    def granted(self) -> Iterator[Weakened]:
        routine = self._routine
        for role in self._clients:
            if role not in routine.callers:
                sql = f'GRANT EXECUTE ON ROUTINE {routine.name} TO "{role}"'
                yield replace(
                    self._mutant(f"EXECUTE is granted to {role}", sql), sort="privilege",
                    same_because="it runs with the caller's own rights, and the caller could do all of it without",
                    shown=_question("runs_as_caller", routine),
                ), self._around_calls  # fmt: skip

    @cached_property
    def _bodies(self) -> tuple[Weaker, ...]:
        return self._weaker(self._routine.source)

    def _weaker(self, source: str) -> tuple[Weaker, ...]:
        return weaker_body(self._routine.language, source, roles=self._roles)

    def _with(self, body: str) -> str:
        return with_body(self._routine, body)

    def _beside(self, chosen: Weaker) -> Iterator[Barrier]:
        yield from self._around()
        yield from other_parts("the other checks in its body", chosen, self._bodies, self._weaker, self._with)

    def _around(self) -> tuple[Barrier, ...]:
        # Without row security there is nothing to see of what policies ask, nor of a trigger without triggers.
        return self._barriers.around(self._touched, policies=not self._is_asked, triggers=not self._routine.is_trigger)

    def _around_rights(self) -> tuple[Barrier, ...]:
        return (*self._checks(), *self._barriers.around(self._touched))

    def _around_calls(self) -> tuple[Barrier, ...]:
        others = self._barriers.privileges(self._touched, but=("EXECUTE", self._routine.name))
        return (*self._checks(), others, *self._barriers.around(self._touched, privileges=False, policies=True))

    def _checks(self) -> Iterator[Barrier]:
        return (Barrier(name="the checks in its body", gone=self._with(one.text)) for one in self._bodies)

    def _mutant(self, change: str, sql: str) -> Mutant:
        return Mutant(sort="function", subject=self._routine.name, change=change, sql=sql, reach=self._touched)


def _fires(release: Release, trigger: Trigger, started: Collection[str]) -> bool:
    """Whether clients can write to its table: themselves, or by what they start and what has more rights."""
    table = release.relations[trigger.table]
    if any(
        one.whole & WRITES or any(one.columns.get(action) for action in WRITES) for one in table.rights.values()
    ):  # fmt: skip
        return True
    definers = (one for name, one in release.routines.items() if name in started and one.definer)
    return any(re.search(rf"\b{re.escape(table.bare)}\b", one.source) for one in definers)


def _identity(release: Release, tenancy: Tenancy) -> frozenset[str]:
    """Bare names that tell who the caller is and whose a row is, and those of functions that ask for one of them."""
    names = {"uid", "jwt", "email", "current_user", "session_user", "current_role", "current_setting"}
    names |= {name for rule in tenancy.tables.values() for name in (rule.tenant, rule.user) if name not in {"", "id"}}
    if tenancy.membership:
        names.add(tenancy.membership.table.rpartition(".")[2])
    names = {name.strip('"') for name in names}
    found: frozenset[str] = frozenset()
    while found != (found := frozenset(names)):
        names |= {
            one.bare for one in release.routines.values() if found.intersection(re.findall(r"\w+", one.source))
        }  # fmt: skip
    return found


def _untriggered(release: Release, barriers: Barriers) -> Iterator[Weakened]:
    for trigger in release.triggers:
        routine = release.routines.get(trigger.routine)
        if routine and trigger.before and _RAISES.search(routine.source):
            touched = frozenset({trigger.table})
            mutant = Mutant(
                sort="trigger", subject=f"trigger {trigger.name} on {trigger.table}", change="it is dropped",
                sql=f"DROP TRIGGER {trigger.name} ON {trigger.table}", reach=touched,
            )  # fmt: skip
            yield mutant, partial(barriers.around, touched, policies=True, triggers=False)


def _question(name: str, routine: Routine, roles: Iterable[str] = ()) -> str:
    """A query of ours about a function, without the comment that says what it is for."""
    asked = [line for line in load(PACKAGE, name).splitlines() if not line.startswith("--")]
    array = ", ".join(map(literal, roles))
    return "\n".join(asked).replace("{routine}", literal(routine.name)).replace("{roles}", f"ARRAY[{array}]")
