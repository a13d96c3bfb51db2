"""The conditions that PostgreSQL puts behind every query of a table with row security, and how to change them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model.commands import AlterPolicy, Data, SetVariable
from seatrial.rules.naming import quoted
from seatrial.rules.once import once
from seatrial.rules.performance.wrapping import wrapped
from seatrial.rules.spelling import name, relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seatrial.model.expression import Call, Expression
    from seatrial.model.schema import Function, Occasion, Policy, Schema, Table
    from seatrial.model.source import Script

__all__ = ["IDENTITY", "Asked", "asked", "changes", "is_volatile", "plain_calls", "reads_tables", "run_per_row"]

#: Functions that say who asks: the same for every row, and not cheap.
IDENTITY = frozenset({"auth.uid", "auth.jwt", "auth.role", "auth.email", "current_setting"})
#: Of PostgreSQL itself.
_VOLATILE = frozenset(
    {"random", "clock_timestamp", "timeofday", "gen_random_uuid", "nextval", "set_config", "pg_sleep"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a policy asks of every row that somebody wants to see, change or delete."""

    table: Table
    policy: Policy
    condition: Expression
    #: The statement that gave it.
    by: Occasion

    @property
    def script(self) -> Script:
        """Where it stands."""
        return self.by.script

    @property
    def subject(self) -> str:
        """`policy "own notes" on public.notes`."""
        return f'policy "{self.policy.name}" on {self.table.name}'

    @property
    def title(self) -> str:
        """`the policy "own notes" of "public.notes"`."""
        return f"the policy {quoted(self.policy.name)} of {quoted(self.table.name)}"

    def place(self, offset: int) -> int:
        """An offset in the condition, where it is known; else that of the statement."""
        return max(offset, self.by.offset)

    def altered(self, condition: str, schema: Schema) -> str:
        """ALTER POLICY that gives it another condition; what runs once is wrapped in what is checked, too."""
        check = self.policy.check
        said = wrapped(check.text, run_per_row(schema, check)) if check else ""
        checked = f" with check ({said})" if check and said != check.text else ""
        policy = f"{name(self.policy.name)} on {relation(self.table.name)}"
        return f"alter policy {policy} using ({condition}){checked};"


@once
def asked(schema: Schema) -> Iterator[Asked]:
    """Those that are in force at the end, by table; what is the same for every row costs nothing."""
    given = _given(schema)
    for table in schema.tables:
        for policy in table.policies if table.row_security else ():
            if policy.using and policy.using.constant is None:
                by = given.get((table.name, policy.name), policy.life.made)
                by = by if by.number >= policy.life.made.number else policy.life.made
                yield Asked(table=table, policy=policy, condition=policy.using, by=by)


def _given(schema: Schema) -> dict[tuple[str, str], Occasion]:
    """The last ALTER POLICY that sets a condition."""
    return {
        (one.command.table, one.command.policy): one
        for one in schema.occasions
        if isinstance(one.command, AlterPolicy) and one.command.using
    }


def run_per_row(schema: Schema, condition: Expression) -> dict[str, str]:
    """Functions that are called for each row although they say the same for all: name, and type that it returns."""
    found = plain_calls(condition)
    return {call.name: kind for call in found if (kind := _constant_type(schema, call)) is not None}


def plain_calls(condition: Expression) -> tuple[Call, ...]:
    """Calls outside of sub-selects whose arguments mention no column of the row."""
    return tuple(call for call in condition.calls if not (call.once or call.nested or call.columns))


def is_volatile(schema: Schema, function: str) -> bool:
    """Whether PostgreSQL has to expect another answer each time, or a change of the database."""
    return function in _VOLATILE or any(one.made.volatility == "volatile" for one in schema.called(function))


def _constant_type(schema: Schema, call: Call) -> str | None:
    """What a function returns that is the same for all rows of a query; None for others."""
    if call.name in IDENTITY | _VOLATILE:
        return ""
    made = schema.called(call.name)
    if not made or any(one.made.volatility == "immutable" or one.made.returns_set for one in made):
        return None
    return made[0].made.returns


def reads_tables(schema: Schema, functions: Iterable[Function]) -> bool:
    """Whether one of them, or one that it calls, reads a table, as far as bodies can be read."""
    return any(_reads(schema, one, frozenset()) for one in functions)


def _reads(schema: Schema, function: Function, seen: frozenset[str]) -> bool:
    queries = [query for one in function.made.inner if (query := getattr(one.command, "query", None))]
    if any(query.tables for query in queries):
        return True
    names = frozenset(called for query in queries for called in query.names) - seen
    return any(_reads(schema, one, seen | names) for called in names for one in schema.called(called))


def changes(function: Function) -> bool:
    """Whether it does more than read, as far as its body can be read."""
    commands = [inner.command for inner in function.made.inner]
    return any(isinstance(one, SetVariable) or (isinstance(one, Data) and one.kind != "select") for one in commands)
