"""Several ways to take one action, as one cell; and somebody who may, to show that the request itself is sound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.attack.session import QUIET, as_kind
from seatrial.attack.words import REFUSED
from seatrial.model.isolation import Cell, Kind, Observed
from seatrial.pg.attempt import Attempt, attempt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from seatrial.attack.scene import Scene
    from seatrial.attack.surface import Relation
    from seatrial.model.isolation import Request

__all__ = [
    "HELD",
    "Tried",
    "as_superuser",
    "observed",
    "outcome",
    "owner_of_another",
    "past_children",
    "rest",
    "worst",
]

#: A foreign key: no parent with this key and tenant, or children that still point to the row.
HELD = "23503"
#: The most telling first.
_ORDER = (Observed.ALLOWED, Observed.UNDECIDED, Observed.BLOCKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One of several ways to take the same action."""

    observed: Observed
    detail: str
    request: Request


def worst(kind: Kind, relation: Relation, action: str, ways: Sequence[Tried]) -> Iterator[Cell]:
    """One cell of several ways, if there are any: an open one decides, then one that nobody can judge."""
    found = next((one for one in _ORDER if any(way.observed is one for way in ways)), None)
    if found:
        such = [way for way in ways if way.observed is found]
        yield Cell(
            kind=kind.name, subject=relation.name, action=action, expected=Observed.BLOCKED, observed=found,
            detail="; ".join(dict.fromkeys(way.detail for way in such)), request=such[0].request,
        )  # fmt: skip


def observed(answer: Attempt, refused: Iterable[str] = REFUSED) -> Observed:
    """Of an attempt that brought nothing: whether that was a door, or something that stood before it."""
    return Observed.BLOCKED if answer.worked or answer.sqlstate in refused else Observed.UNDECIDED


def outcome(answer: Attempt) -> tuple[object, ...]:
    """What a user can tell of an answer: that it worked, or the words of the refusal."""
    return (answer.worked, answer.sqlstate, answer.message, answer.affected)


def as_superuser(scene: Scene, kind: Kind, statement: str, before: Iterable[str] = ()) -> Attempt:
    """The same request with the same claims by one whom no policy and no privilege holds."""
    lead = ["ROLLBACK TO SAVEPOINT attack", *before, *as_kind(kind), "SET LOCAL SESSION AUTHORIZATION DEFAULT"]
    answer = attempt(scene.session.connection, lead, statement)
    if answer.sqlstate == HELD and QUIET not in lead:
        return as_superuser(scene, kind, statement, [QUIET, *before])
    return answer


def past_children(scene: Scene, kind: Kind, statement: str) -> Attempt:
    """A write as a kind of user; where rows that point to it are all that holds a row, without asking them.

    Whether policies would have let it go is the question: there are rows to which nothing points.
    """
    answer = scene.session.attempt(kind, statement)
    return scene.session.attempt(kind, statement, quiet=True) if answer.sqlstate == HELD else answer


def owner_of_another(scene: Scene) -> Kind | None:
    """The owner of the other tenant, who attacks nobody; only where a token's identity is all that it takes."""
    user = scene.world.victims.get("owner of B", "")
    role = scene.tenancy.signed_in_role
    if not user or scene.tenancy.user_setting:
        return None
    claims = {scene.tenancy.user_claim: user, "role": role}
    return Kind(name="owner of B", role=role, user=user, claims=claims)


def rest(method: str, relation: Relation, rest_of_it: str = "") -> str:
    """A call of the REST layer: method, path, and the rest of it; the schema in a header unless it is `public`."""
    schema, _, table = relation.name.rpartition(".")
    header = "Accept-Profile" if method in {"GET", "HEAD"} else "Content-Profile"
    profile = "" if schema == "public" else f" with {header}: {schema}"
    return f"{method} /rest/v1/{table}{rest_of_it}{profile}"
