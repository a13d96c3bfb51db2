"""How a matrix is spoken of: what is not as declared, and what became of its mutants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model.isolation import Observed
from seatrial.model.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seatrial.model.isolation import Cell, Mutation

__all__ = ["Disagreement", "disagreements", "listed", "mutants", "survivor"]

#: So many names are said in full; of more, the first ones.
MOST, FIRST = 4, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """One action on one subject in which kinds of users meet the same surprise."""

    #: At least one; alike in subject, action, expected and observed.
    cells: tuple[Cell, ...]

    @property
    def first(self) -> Cell:
        """That stands for all."""
        return self.cells[0]

    @property
    def is_decided(self) -> bool:
        """It is known what happens, and that is not what was declared."""
        return Observed.UNDECIDED not in {self.first.expected, self.first.observed}

    @property
    def sentence(self) -> str:
        """`viewer, member, admin and 5 more can read rows of another tenant: public.contacts (2 rows)`."""
        kinds, detail = listed([cell.kind for cell in self.cells]), self.first.detail.strip()
        verb = "cannot" if self.first.observed is Observed.BLOCKED else "can"
        said = f"{kinds} {verb} {self.first.action}: {self.first.subject}{f' ({detail})' if detail else ''}"
        return said if self.is_decided else f"nobody knows whether {said}"


def disagreements(cells: Iterable[Cell]) -> tuple[Disagreement, ...]:
    """Leaks first, then what users must be able to do and cannot, then what is not decided."""
    found: dict[tuple[str, ...], list[Cell]] = {}
    for cell in cells:
        if not cell.agrees or cell.observed is Observed.UNDECIDED:
            found.setdefault((cell.subject, cell.action, cell.expected, cell.observed), []).append(cell)
    groups = (Disagreement(cells=tuple(alike)) for alike in found.values())
    return tuple(sorted(groups, key=lambda one: (not one.first.is_leak, not one.is_decided)))


def listed(names: Sequence[str], last: str = "and") -> str:
    """`viewer, member, admin and 5 more`; each name once."""
    once = list(dict.fromkeys(names))
    if len(once) > MOST:
        return f"{', '.join(once[:FIRST])} {last} {len(once) - FIRST} more"
    return f" {last} ".join(part for part in (", ".join(once[:-1]), *once[-1:]) if part)


def mutants(mutations: Sequence[Mutation]) -> str:
    """`187 of 187 mutants that mean something were caught, 41 are equivalent (shown)`."""
    meaning = [one for one in mutations if not one.equivalent]
    caught = sum(one.caught is not None for one in meaning)
    alike = len(mutations) - len(meaning)
    said = f"{caught:,} of {count(len(meaning), 'mutant')} that mean something were caught"
    return f"{said}, {alike:,} {'is' if alike == 1 else 'are'} equivalent (shown)" if alike else said


def survivor(mutation: Mutation) -> str:
    """What the attack lacks, in a line."""
    mutant = mutation.mutant
    reach = listed(sorted(mutant.reach)) or "anything"
    return f"not noticed: {mutant.subject}: {mutant.change}; no attempt on {reach} tells the difference"
