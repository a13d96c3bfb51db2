"""What is found within an hour, by how much worse something has become: quiet days are not bought by blindness."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tests.unit.monitoring.replay.release import MINUTE
from tests.unit.monitoring.replay.run import replayed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.monitoring.replay.world import World

__all__ = ["ROWS", "found_after", "table"]


def _slow(subject: str, world: World, factor: float) -> None:
    world.knobs.slower[subject] = factor


def _errors(quantity: str, subject: str, world: World, number: float) -> None:
    world.knobs.events[quantity, subject] = number


def _waits(world: World, number: float) -> None:
    world.knobs.levels["locks.waiting", "public.contacts"] = number


def _fails(world: World, share: float) -> None:
    world.knobs.failing["sends: organization 3"] = share


def _found(subject: str, world: World, part: float) -> None:
    world.knobs.rows[subject] = part


#: What becomes worse, how, and by how much.
ROWS: tuple[tuple[str, Callable[[World, float], None], tuple[float, ...]], ...] = (
    ("time of a statement with 240 calls a minute, times", partial(_slow, "app by name"), (1.5, 2, 3, 5, 10, 30)),
    ("time of a statement with 12 calls a minute, times", partial(_slow, "app list"), (1.5, 2, 3, 5, 10, 30)),
    ("denials on a table of the release, a minute", partial(_errors, "log.denials", "public.contacts"), (2, 6, 20)),
    ("violations of a new constraint, a minute",
     partial(_errors, "log.violations", "contacts_phone_key on public.contacts"), (5, 11, 20)),
    ("violations that there are always some of, a minute more",
     partial(_errors, "log.violations", "users_email_key on public.users"), (5, 20, 60)),
    ("sessions that wait for a table", _waits, (2, 4, 10)),
    ("failures of an organization, share", _fails, (0.1, 0.5, 1.0)),
    ("rows that a statement finds, part of the usual", partial(_found, "app by name"), (0.5, 0.1, 0.04, 0.0)),
)  # fmt: skip


def found_after(worsen: Callable[[World, float], None], much: float, seed: int = 1) -> float | None:
    """Minutes until the verdict is another one, at eleven in the morning; None where it is not within an hour."""

    def disturb(world: World, seconds: float) -> None:
        if seconds >= 30 * MINUTE:
            worsen(world, much)

    found = replayed(seed, disturb, hours=1.5)
    return None if found.reached is None else found.reached / MINUTE - 30


def table() -> str:
    """All of it, as Markdown."""
    lines = ["| what becomes worse | found after |", "| --- | --- |"]
    for what, worsen, amounts in ROWS:
        known = [(much, found_after(worsen, much)) for much in amounts]
        said = "; ".join(f"{much:g}: {'not' if after is None else f'{after:.0f} min'}" for much, after in known)
        lines.append(f"| {what} | {said} |")
    return "\n".join(lines) + "\n"
