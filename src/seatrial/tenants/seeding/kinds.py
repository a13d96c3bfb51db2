"""Kinds of user as the database meets them: the role, the token and the settings of a request."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from seatrial.model.isolation import Kind
from seatrial.tenants.seeding.looked_at import SENT
from seatrial.tenants.seeding.tokens import email, identifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from seatrial.tenants.seeding.ground import Ground
    from seatrial.tenants.seeding.people import Person

__all__ = ["anonymous", "kind_of", "metadata_of"]

#: Of nobody's tenant; a number that no generated row gets, where tenants have numbers.
NO_TENANT = "999999999"
FORGEABLE_ROLES = ("role", "app_role")


def anonymous(ground: Ground) -> Kind | None:
    """Somebody who has not signed in."""
    role = ground.tenancy.anonymous_role
    if role not in ground.roles:
        return None
    return Kind(name="anonymous", role=role, claims={"role": role} if ground.tokens else {})


def kind_of(ground: Ground, person: Person, users: Mapping[str, str], tenants: Mapping[str, str]) -> Kind:
    """A person's requests.

    Args:
        ground: what is declared, and whether requests carry tokens.
        person: who.
        users: identifiers by name.
        tenants: keys by label.
    """
    user = users[person.name]
    return Kind(
        name=person.name,
        role=ground.tenancy.signed_in_role,
        claims=_claims(ground, person, user, tenants) if ground.tokens else {},
        settings=dict(_settings(ground, person, user, tenants)),
        user=user,
        roles=person.roles,
        super_administrator=person.super_administrator,
        forged=person.forges is not None,
    )


def _claims(ground: Ground, person: Person, user: str, tenants: Mapping[str, str]) -> dict[str, object]:
    tenancy = ground.tenancy
    claims: dict[str, object] = {
        "sub": user,
        "role": tenancy.signed_in_role,
        "aud": "authenticated",
        "email": email(user),
        "app_metadata": {"provider": "email", "providers": ["email"]},
        "user_metadata": metadata_of(ground, person, tenants),
        "is_anonymous": False,
        "aal": "aal1",
        "session_id": identifier(f"session of {person.name}"),
    }
    if tenancy.user_claim != "sub" and not tenancy.user_setting:
        _place(claims, tenancy.user_claim, user)
    if person.super_administrator and tenancy.super_administrator:
        _place(claims, tenancy.super_administrator.claim, tenancy.super_administrator.equals)
    for path, value in person.tells.items():
        _place(claims, path, value)
    claim, request = tenancy.claim, person.request
    if claim and claim.path and request and request.is_there:
        keys = _keys(request.labels, request.instead, tenants)
        _place(claims, claim.path, keys if claim.many else next(iter(keys), None))
        if claim.role and request.role:
            _place(claims, claim.role, request.role)
    return claims


def _keys(labels: Iterable[str], instead: str | None, tenants: Mapping[str, str]) -> list[str]:
    some = [tenants[label] for label in labels]
    if instead is not None:
        known = next(iter(tenants.values()), "")
        some.append(NO_TENANT if known.isdecimal() else identifier("no tenant"))
    return some


def _place(claims: dict[str, object], path: str, value: object) -> None:
    """At the end of a path of keys."""
    *outer, last = path.split(".")
    at = claims
    for key in outer:
        inner = at.setdefault(key, {})
        at = inner if isinstance(inner, dict) else {}
    at[last] = value


def metadata_of(ground: Ground, person: Person, tenants: Mapping[str, str]) -> dict[str, object]:
    """What a user has written into their own metadata."""
    if person.forges is None:
        return {}
    value = _with_key(person.forges, tenants)
    keys = dict.fromkeys([*ground.looked_at.keys, *FORGEABLE_ROLES])
    flat = {key: value for key in keys if "metadata" not in key and "meta_data" not in key}
    return {**flat, **{key: flat for key in keys if key not in flat}}


def _with_key(value: object, tenants: Mapping[str, str]) -> object:
    if isinstance(value, list):
        return [_with_key(one, tenants) for one in value]
    return tenants["B"] if value == "{B}" else value


def _settings(ground: Ground, person: Person, user: str, tenants: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    tenancy = ground.tenancy
    if tenancy.user_setting:
        yield tenancy.user_setting, user
    claim, request = tenancy.claim, person.request
    if claim and claim.setting and request and request.is_there:
        keys = _keys(request.labels, request.instead, tenants)
        yield claim.setting, f"{{{','.join(keys)}}}" if claim.many else next(iter(keys), "")
        if claim.role and request.role:
            yield claim.role, request.role
    if person.forges is not None and ground.looked_at.sent:
        metadata = metadata_of(ground, person, tenants)
        yield from dict.fromkeys(SENT, json.dumps(metadata)).items()
        value = next(iter(metadata.values()))
        yield from ((name, str(value)) for name in ground.looked_at.sent if name not in SENT)
