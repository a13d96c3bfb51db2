"""What the shell completes: codes of rules, names of proofs, and of this folder's targets.

It connects to nothing, and never fails.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import typer  # noqa: TC002 - typer itself reads what the functions take

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["page", "proof", "start", "target"]


def page(incomplete: str) -> list[tuple[str, str]]:
    """Of a rule or a proof, whose upper and lower case are the same."""
    from seatrial.flows.suggest import pages

    return _beginning(incomplete, pages)


def proof(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Of a proof that was not named yet."""
    from seatrial.proofs.registry import CLAIMS

    given = ctx.params.get("proofs") or ()
    return _beginning(incomplete, lambda: iter([claim for claim in CLAIMS.items() if claim[0] not in given]))


def target(incomplete: str) -> list[tuple[str, str]]:
    """Of a target."""
    from seatrial.flows.suggest import targets

    return _beginning(incomplete, lambda: targets(Path()))


def start(incomplete: str) -> list[tuple[str, str]]:
    """What a rehearsal can start from."""
    from seatrial.flows.suggest import starts

    return _beginning(incomplete, lambda: starts(Path(), incomplete))


def _beginning(incomplete: str, known: Callable[[], Iterator[tuple[str, str]]]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    # Somebody is typing: whatever is wrong in the folder is said when the command is run.
    with suppress(Exception):
        begun = [each for each in known() if each[0].lower().startswith(incomplete.lower())]
        # In the letters that were typed: a shell would not take LCK001 for what lck begins.
        found += [(incomplete + name[len(incomplete) :], said) for name, said in begun]
    return found
