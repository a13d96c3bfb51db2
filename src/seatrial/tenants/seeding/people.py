"""Who there is: users of every kind, and those whom others try to pass as."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from seatrial.model.tenancy import Membership, Tenancy

__all__ = ["NEWCOMER", "OTHER", "OUTSIDER", "Person", "Place", "Request", "outsiders", "people_of"]

#: A user of each tenant's world who has nothing yet.
NEWCOMER = "newcomer"
OUTSIDER = "user of no tenant"
OTHER = "other"
BOTH = "member of two tenants"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A membership."""

    #: Of the tenant.
    label: str
    role: str = ""
    #: Columns of the membership, by their names as SQL writes them.
    values: Mapping[str, str | None] = field(default_factory=dict)
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What someone says of the tenant, where a claim or a setting says it."""

    #: Labels of tenants, or a name of none.
    labels: tuple[str, ...] = ()
    role: str = ""
    #: In place of a tenant: nothing at all, NULL, a text.
    instead: str | None = None
    is_there: bool = True
    #: That it says so is all that makes them a member.
    decides: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A user, or one who has not signed in."""

    name: str
    #: Label of the tenant in whose world they are made; empty for those of no tenant or of several.
    world: str = ""
    places: tuple[Place, ...] = ()
    request: Request | None = None
    #: Whether they attack, or are there for others.
    attacks: bool = True
    super_administrator: bool = False
    #: What they write where any user can write: every key with this value; `{B}` stands for the other tenant's key.
    forges: object = None
    #: Claims of the verified token, by their paths, that nobody declared.
    tells: Mapping[str, object] = field(default_factory=dict)
    #: A table that belongs to no tenant in which they have a row, and its values by column.
    holds: tuple[str, Mapping[str, str]] | None = None
    #: The identifier that they have to have; empty where any will do.
    user: str = ""

    @property
    def labels(self) -> set[str]:
        """Tenants that they belong to, active or not."""
        return {*(place.label for place in self.places), *self.roles}

    @property
    def roles(self) -> dict[str, str]:
        """By tenant, where they are active."""
        found = {place.label: place.role for place in self.places if place.active}
        if self.request and self.request.decides:
            found |= dict.fromkeys(self.request.labels, self.request.role)
        return found


def people_of(
    tenancy: Tenancy, compared: Mapping[str, Sequence[str]], forgeries: Sequence[str], outsiders: Sequence[Person] = ()
) -> tuple[Person, ...]:
    """All of them.

    Args:
        tenancy: roles and states.
        compared: columns of the membership, as SQL writes them, with the values that policies compare them with.
        forgeries: values that policies compare with what users can write; empty where they look at no such thing.
        outsiders: others without a tenant, whom policies may take for more.
    """
    found = [*(_members(tenancy.membership, compared) if tenancy.membership else _claimants(tenancy))]
    found.append(Person(name=OUTSIDER, request=Request(is_there=False) if tenancy.claim else None))
    if tenancy.super_administrator:
        found.append(Person(name="super administrator", super_administrator=True, request=Request(is_there=False)))
    found += _forgers(tenancy, forgeries)
    found += outsiders
    found += [Person(name=f"{NEWCOMER} in {label}", world=label, attacks=False) for label in "AB"]
    if tenancy.membership and tenancy.claim:
        found = [_asking(person) for person in found]
        found.append(Person(name="outsider who asks for another tenant", request=Request(labels=("B",))))
    return tuple(found)


def _asking(person: Person) -> Person:
    """Where a request also says for which tenant it is, members say theirs."""
    labels = tuple(place.label for place in person.places)
    role = next((place.role for place in person.places), "")
    return replace(person, request=Request(labels=labels, role=role)) if labels else person


def _members(members: Membership, compared: Mapping[str, Sequence[str]]) -> Iterator[Person]:
    roles = members.roles or ("",)
    highest, lowest = roles[-1], roles[0]
    for role in reversed(roles):
        for place in _states(members, role):
            yield Person(name=_named(members, place), world="A", places=(place,))
    for place, name in _varied(members, highest, compared):
        yield Person(name=name, world="A", places=(place,))
    yield Person(name=BOTH, places=tuple(_place(members, label, highest) for label in "AB"))
    if highest != lowest:
        unequal = (_place(members, "A", highest), _place(members, "B", lowest))
        yield Person(name=f"{highest} of one tenant and {lowest} of another", places=unequal)
    if members.state and members.inactive:
        state = members.inactive[0]
        shown = state if _is_word(state) else f"with {members.state} = {state}"
        unequal = (_place(members, "A", highest), _place(members, "B", highest, state, active=False))
        yield Person(name=f"{highest or 'member'} of one tenant and {shown} in another", places=unequal)
    yield Person(name="colleague in A", world="A", places=(_place(members, "A", highest),), attacks=False)
    yield Person(name="owner of B", world="B", places=(_place(members, "B", highest),), attacks=False)
    yield Person(name="member of B", world="B", places=(_place(members, "B", lowest),), attacks=False)


def _place(members: Membership, label: str, role: str, state: str | None = None, *, active: bool = True) -> Place:
    values: dict[str, str | None] = {members.role: role} if members.role and role else {}
    if members.state:
        values[members.state] = state if state is not None or not active else next(iter(members.active), None)
    return Place(label=label, role=role, values=values, active=active)


def _states(members: Membership, role: str) -> Iterator[Place]:
    for state in members.active or (None,):
        yield _place(members, "A", role, state)
    for state in members.inactive if members.state else ():
        yield _place(members, "A", role, state, active=False)


def _named(members: Membership, place: Place) -> str:
    """`owner`, `suspended owner`; where states are no words, `owner with is_active = false`."""
    role = place.role or "member"
    state = place.values.get(members.state) if members.state else None
    if place.active and (state is None or state == members.active[0]):
        return role
    return f"{state} {role}" if state and _is_word(state) else f"{role} with {members.state} = {state}"


def _is_word(state: str) -> bool:
    return state.isidentifier() and state not in {"true", "false"}


def _varied(members: Membership, role: str, compared: Mapping[str, Sequence[str]]) -> Iterator[tuple[Place, str]]:
    """Other values of what policies look at, one at a time; an undeclared state is not an active one."""
    plain = _place(members, "A", role)
    name = role or "member"
    for column, constants in compared.items():
        if column == members.role or not constants:
            continue
        is_state = column == members.state
        known = {*members.active, *members.inactive} if is_state else set()
        for value in dict.fromkeys([*constants, OTHER, None]):
            if value not in known:
                changed = Place(
                    label="A", role=role, values={**plain.values, column: value}, active=not is_state
                )  # fmt: skip
                yield changed, f"{name} without {column}" if value is None else f"{name} with {column} = {value}"


def _claimants(tenancy: Tenancy) -> Iterator[Person]:
    """Those whose token, or whose application, says for which tenant they are."""
    claim = tenancy.claim
    roles = tenancy.roles or ("",)
    for role in reversed(roles):
        yield Person(name=role or "member", world="A", request=Request(labels=("A",), role=role, decides=True))
    if claim and claim.many:
        yield Person(name=BOTH, request=Request(labels=("A", "B"), role=roles[-1], decides=True))
    if claim:
        yield Person(name="user with an empty tenant", request=Request())
        yield Person(name="user of a tenant that does not exist", request=Request(instead="?"))
    for name, label, place in (("colleague in A", "A", -1), ("owner of B", "B", -1), ("member of B", "B", 0)):
        yield Person(
            name=name, world=label, request=Request(labels=(label,), role=roles[place], decides=True), attacks=False
        )


def _forgers(tenancy: Tenancy, forgeries: Sequence[str]) -> Iterator[Person]:
    """Outsiders and the least of the members, who write what they please where any user can write."""
    if not forgeries:
        return
    yield Person(name="outsider who forged metadata", forges="{B}")
    members = tenancy.membership
    for value in forgeries:
        shown = "everything" if value == "true" else value
        forged: object = True if value == "true" else value
        yield Person(name=f"outsider who claims {shown} in metadata", forges=forged)
        if members:
            role = (members.roles or ("",))[0]
            place = _place(members, "A", role)
            yield Person(
                name=f"{role or 'member'} who claims {shown} in metadata", world="A", places=(place,), forges=forged
            )


def outsiders(
    named: Iterable[str], told: Iterable[Mapping[str, object]], held: Iterable[tuple[str, Mapping[str, str]]]
) -> Iterator[Person]:
    """People of no tenant whom policies may take for more.

    Args:
        named: identifiers of users that policies name themselves.
        told: claims of the verified token, by their paths, that nobody declared.
        held: tables that belong to no tenant, each with the values of a row of theirs by column.
    """
    for number, one in enumerate(named, start=1):
        yield Person(name=f"user {number} whom a policy names", user=one)
    for claims in told:
        said = " and ".join(
            dict.fromkeys(str(value).lower() if value is True else str(value) for value in claims.values())
        )
        name = "user who signed in anonymously" if "is_anonymous" in claims else f"user whose token says {said}"
        yield Person(name=name, tells=claims)
    for table, values in held:
        bare = table.rpartition(".")[2]
        shown = [f"outsider whose {bare}.{column} = {value}" for column, value in values.items()]
        yield Person(name=" and ".join(shown) or f"outsider with a row in {bare}", holds=(table, values))
