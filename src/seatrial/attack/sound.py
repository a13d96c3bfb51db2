"""The positive control: a request that was refused could have worked, for one whom no policy and no privilege holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.attack.session import QUIET
from seatrial.attack.tried import as_superuser
from seatrial.attack.words import refusal
from seatrial.model.isolation import Observed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.attack.scene import Scene
    from seatrial.model.isolation import Kind

__all__ = ["SOUND", "believed", "is_sound"]

#: What is remembered of it stays true of a release that is weakened: a superuser is held by neither.
SOUND = "sound"


def believed(
    scene: Scene, kind: Kind, observed: Observed, detail: str, statement: str, before: Sequence[str] = ()
) -> tuple[Observed, str]:
    """A refusal as it is if the request was sound; otherwise nobody knows whether the door is closed.

    Args:
        scene: remembers which requests are sound.
        kind: with whose claims it was made.
        observed: what came of it.
        detail: the server's words.
        statement: the request.
        before: what was prepared for it, as a superuser and without triggers.
    """
    if observed is not Observed.BLOCKED:
        return observed, detail
    obstacle = _obstacle(scene, kind, statement, before)
    return (Observed.UNDECIDED, f"{detail}; not even a superuser can: {obstacle}") if obstacle else (observed, detail)


def is_sound(scene: Scene, kind: Kind, statement: str, before: Sequence[str] = ()) -> bool:
    """Whether one whom nothing holds could do it."""
    return not _obstacle(scene, kind, statement, before)


def _obstacle(scene: Scene, kind: Kind, statement: str, before: Sequence[str]) -> str:
    """What keeps a superuser from it, too; found once for each request."""
    known = (SOUND, statement, tuple(before))
    if known not in scene.memory:
        scene.memory[known] = _found(scene, kind, statement, before)
    obstacle: str = scene.memory[known]
    return obstacle


def _found(scene: Scene, kind: Kind, statement: str, before: Sequence[str]) -> str:
    """A trigger or a foreign key may, as long as it works without them."""
    prepared = [QUIET, *before] if before else []
    loud = [*prepared, "SET LOCAL session_replication_role = origin"] if before else []
    answer = as_superuser(scene, kind, statement, loud)
    if not answer.affected:
        answer = as_superuser(scene, kind, statement, [QUIET, *before])
    return "" if answer.affected else refusal(answer) if not answer.worked else "no row is there for it"
