"""Columns that checks tie together, and the combinations of choices that satisfy them all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING

from seatrial.rows.choice import NOTHING, NUMBER, Choice
from seatrial.rows.facts import PARTITION_KEY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from seatrial.rows.facts import Check
    from seatrial.rows.trial import Trial

__all__ = ["Part", "Template", "Unsatisfied", "groups", "solved"]

#: Per column, where several columns are tied together.
MOST_CHOICES = 24
MOST_COMBINATIONS = 4000
MOST_TEMPLATES = 60
#: Where a combination is the only way to a value, it is taken this often at least.
LEAST_WEIGHT = 0.05
#: Rows that break a check are left out; more than so many of them would be a waste.
OFTEN_ENOUGH = 0.1
LATER = 1001
#: In place of the plain choices: those that are the same in every row come first.
CONSTANTS = frozenset({NOTHING})


class Unsatisfied(Exception):
    """No choice satisfies a constraint."""

    def __init__(self, constraint: str, why: str = "no value satisfies it") -> None:
        super().__init__(constraint)
        self.constraint = constraint
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One valid combination: a choice for each column of the part."""

    choices: tuple[Choice, ...]
    #: How often it is taken, against the others.
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Columns whose values are chosen together."""

    columns: tuple[str, ...]
    templates: tuple[Template, ...]


def groups(columns: Iterable[str], checks: Iterable[Check]) -> list[tuple[str, ...]]:
    """The columns that belong together because a check is over several of them; in the order of the columns."""
    group = {name: {name} for name in columns}
    for check in checks:
        members = [group[name] for name in check.columns if name in group]
        joined = set().union(*members)
        for name in joined:
            group[name] = joined
    order = list(group)
    return list(dict.fromkeys(tuple(sorted(members, key=order.index)) for members in group.values()))


def solved(
    trial: Trial,
    columns: tuple[str, ...],
    choices: Mapping[str, Sequence[Choice]],
    checks: Sequence[Check],
    null_shares: Mapping[str, float],
) -> Part:
    """The combinations that satisfy the checks.

    Args:
        trial: of the table.
        columns: of one group.
        choices: for each column, not tried.
        checks: over these columns.
        null_shares: how often a column is NULL; missing where it cannot be.

    Raises:
        Unsatisfied: there is none.
    """
    valid = {name: _valid(trial, name, choices[name], checks, nullable=name in null_shares) for name in columns}
    tied = [check for check in checks if len(check.columns) > 1]
    kept: list[tuple[Choice, ...]] = [(choice,) for choice in _few(_lowest(valid[columns[0]]))]
    if len(columns) > 1:
        kept = _combined(trial, columns, valid, tied)
    return Part(columns=columns, templates=_weighted(columns, kept, null_shares))


def _valid(
    trial: Trial, name: str, choices: Sequence[Choice], checks: Sequence[Check], *, nullable: bool
) -> list[Choice]:
    """A column's choices that satisfy the checks which are over it alone."""
    alone = [check for check in checks if check.columns == {name}]
    options = [*choices, *([NOTHING] if nullable else [])]
    trusted = len(choices) == 1 and choices[0].room > 1 and not alone
    if trusted or choices == [NOTHING]:
        return options
    tried = [(choice,) for choice in options]
    shares = trial.shares((name,), tried, alone)
    if all(share < 1 for (choice,), share in shares if choice is not NOTHING):
        # The first numbers may be what is refused.
        later = [(replace(c, text=c.at(f"({NUMBER} + {LATER})")),) for (c,), _ in shares if c.room > 2 * LATER]
        shares += trial.shares((name,), later, alone)
    if not shares:
        culprit = _culprit(trial, (name,), tried, alone)
        why = "" if culprit else f"no value of its type {trial.table.columns[name].cast} is known"
        raise Unsatisfied(culprit or name, why or "no value satisfies it")
    in_key = any(name in key.columns for key in trial.table.keys) or any(c.name == PARTITION_KEY for c in alone)
    return _best([(choice, share) for (choice,), share in shares], plain=choices[0] if in_key else NOTHING)


def _best(shares: Sequence[tuple[Choice, float]], *, plain: Choice) -> list[Choice]:
    """What always holds; rather the plain choice of a key, if it often holds and has more room; else what may hold."""
    always = [choice for choice, share in shares if share == 1]
    some = [choice for choice in always if choice is not NOTHING]
    if dict(shares).get(plain, 0) >= OFTEN_ENOUGH and plain.room >= LATER > max((c.room for c in some), default=0):
        return [plain]
    return always if some else [*(choice for choice, _ in shares if choice is not NOTHING), *always] or always


def _culprit(
    trial: Trial, columns: tuple[str, ...], combinations: Sequence[tuple[Choice, ...]], checks: Sequence[Check]
) -> str:
    """The check that no combination satisfies even by itself; else the last."""
    for check in checks:
        if not trial.passing(columns, combinations, [check]):
            return check.name
    return checks[-1].name if checks else ""


def _lowest(choices: Sequence[Choice]) -> list[Choice]:
    """The choices of the lowest rank, and NULL where it is one."""
    some = [choice for choice in choices if choice is not NOTHING]
    rank = min((choice.rank for choice in some), default=0)
    return [choice for choice in choices if choice is NOTHING or choice.rank == rank]


def _few(choices: Sequence[Choice]) -> list[Choice]:
    """Some of many, from all over."""
    step = -(-len(choices) // MOST_TEMPLATES)
    return [choice for place, choice in enumerate(choices) if choice is NOTHING or place % step == 0]


def _combined(
    trial: Trial, columns: tuple[str, ...], valid: Mapping[str, list[Choice]], checks: Sequence[Check]
) -> list[tuple[Choice, ...]]:
    """The combinations to use: the plainest, and for every plain choice of a column the plainest one that has it."""
    lowest = {name: frozenset(_lowest(valid[name])) for name in columns}
    passing = _searched(trial, columns, valid, checks, lowest)
    costs = _costs(columns, passing, lowest)
    least = min(costs.values())
    seen: set[tuple[str, Choice]] = set()
    used: list[tuple[Choice, ...]] = []
    for combination in sorted(passing, key=costs.__getitem__):
        plain = {(n, c) for n, c in zip(columns, combination, strict=True) if c in lowest[n]}
        if costs[combination] == least or plain - seen:
            used.append(combination)
        seen |= plain
    return used[:MOST_TEMPLATES]


def _searched(
    trial: Trial,
    columns: tuple[str, ...],
    valid: Mapping[str, list[Choice]],
    checks: Sequence[Check],
    lowest: Mapping[str, frozenset[Choice]],
) -> list[tuple[Choice, ...]]:
    """Combinations that always hold, looked for among the plain ones and then far from them; else that may hold."""
    best: list[tuple[Choice, ...]] = []
    share = 0.0
    refused: Unsatisfied | None = None
    # What is far from plain may be the only way: constants that add up, say.
    for preferred in (lowest, dict.fromkeys(columns, CONSTANTS)):
        try:
            found, part = _found(trial, columns, valid, checks, preferred)
        except Unsatisfied as nothing:
            refused = refused or nothing
            continue
        if part > share:
            best, share = found, part
        if share == 1:
            break
    if refused and not best:
        raise refused
    return best


def _found(
    trial: Trial,
    columns: tuple[str, ...],
    valid: Mapping[str, list[Choice]],
    checks: Sequence[Check],
    preferred: Mapping[str, frozenset[Choice]],
) -> tuple[list[tuple[Choice, ...]], float]:
    """Column by column; what a check refuses is dropped as soon as all of its columns are there.

    Returns:
        The combinations of all columns, and for how large a share of the rows they hold.
    """
    kept: list[tuple[Choice, ...]] = [()]
    share = 1.0
    for reached, name in enumerate(columns, start=1):
        so_far = columns[:reached]
        options = _first(valid[name], plain=preferred[name] is not CONSTANTS)
        tried = [(*before, choice) for before in kept for choice in options]
        due = [check for check in checks if name in check.columns and check.columns <= set(so_far)]
        kept = tried
        if due:
            found = trial.shares(so_far, tried, due)
            share = min(share, max((part for _, part in found), default=0))
            kept = [combination for combination, part in found if part == 1 or share < 1]
        if not kept:
            raise Unsatisfied(_culprit(trial, so_far, tried, due))
        if reached < len(columns):
            following = min(MOST_CHOICES + 1, len(valid[columns[reached]]))
            kept = _varied(so_far, kept, preferred, MOST_COMBINATIONS // following)
    return kept, share


def _first(choices: Sequence[Choice], *, plain: bool) -> list[Choice]:
    """Choices to combine with others: the plain ones, or those that are the same in every row."""
    some = [choice for choice in choices if choice is not NOTHING]
    some.sort(key=lambda choice: choice.rank if plain else choice.room)
    return some[:MOST_CHOICES] + [choice for choice in choices if choice is NOTHING]


def _costs(
    columns: Sequence[str], combinations: Iterable[tuple[Choice, ...]], lowest: Mapping[str, frozenset[Choice]]
) -> dict[tuple[Choice, ...], int]:
    """How many choices of a combination are not what the column would have by itself."""
    return {
        combination: sum(choice not in lowest[name] for name, choice in zip(columns, combination, strict=True))
        for combination in combinations
    }


def _varied(
    columns: Sequence[str],
    combinations: Sequence[tuple[Choice, ...]],
    lowest: Mapping[str, frozenset[Choice]],
    most: int,
) -> list[tuple[Choice, ...]]:
    """The plainest first, but every choice of every column before any of them again."""
    costs = _costs(columns, combinations, lowest)
    ordered = sorted(combinations, key=costs.__getitem__)
    seen: set[tuple[str, Choice]] = set()
    new: list[tuple[Choice, ...]] = []
    again: list[tuple[Choice, ...]] = []
    for combination in ordered:
        pairs = set(zip(columns, combination, strict=True))
        (again if pairs <= seen else new).append(combination)
        seen |= pairs
    return [*new, *again][:most]


def _weighted(
    columns: Sequence[str], kept: Sequence[tuple[Choice, ...]], null_shares: Mapping[str, float]
) -> tuple[Template, ...]:
    least = LEAST_WEIGHT if len(columns) > 1 else 0.0
    #: So many choices share what is not NULL.
    some = {name: len({c[place] for c in kept} - {NOTHING}) or 1 for place, name in enumerate(columns)}

    def weight(name: str, choice: Choice) -> float:
        share = null_shares.get(name, 0.0)
        return max(least, share if choice is NOTHING else (1 - share) / some[name])

    templates = [Template(choices=choices, weight=prod(map(weight, columns, choices))) for choices in kept]
    return tuple(template for template in templates if template.weight) or tuple(templates)
