"""What policies take from the request: its tenant, its role, and whether a super administrator sends it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model.tenancy import Claim, SuperAdministrator
from seatrial.tenants.inference import words
from seatrial.tenants.inference.text import reads

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from seatrial.tenants.inference.schema import Schema
    from seatrial.tenants.inference.text import Read

__all__ = ["Asked", "find_claims"]

#: Claims that every token has.
USUAL = {"sub", "role", "email", "phone", "aud", "iss", "exp", "aal", "session_id", "is_anonymous"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the request is asked; None and empty where it is not."""

    claim: Claim | None
    super_administrator: SuperAdministrator | None
    #: The setting, or the claim, that says who the user is.
    user_setting: str
    user_claim: str
    reasons: Mapping[str, str]
    unsure: tuple[str, ...]


def find_claims(schema: Schema) -> Asked:
    """Look through every policy and what it calls."""
    found = [one for text in schema.conditions() for one in reads(text)]
    role = _most(one for one in found if one.name not in USUAL and _is_role(one) and _roles(found, one))
    boss = _most(one for one in found if words.SUPER.search(_last(one)) or any(map(words.SUPER.search, one.equals)))
    user = _most(one for one in found if one.is_setting and _is_user(one))
    taken = {one.name for one in (role, boss, user) if one}
    tenant = _most(one for one in found if words.TENANT.search(_last(one)) and one.name not in taken)
    user_claim = _most(one for one in found if not one.is_setting and _is_user(one))
    reasons, unsure = _told(tenant, boss, user)
    return Asked(
        claim=_claim(found, tenant, role) if tenant else None,
        super_administrator=_boss(boss) if boss and not boss.is_setting else None,
        user_setting=user.name if user else "",
        user_claim=user_claim.name if user_claim and not any(one.name == "sub" for one in found) else "sub",
        reasons=reasons,
        unsure=unsure,
    )


def _last(one: Read) -> str:
    return one.name.rpartition(".")[2]


def _is_role(one: Read) -> bool:
    return bool(words.ROLE_COLUMN.search(_last(one)))


def _is_user(one: Read) -> bool:
    return bool(words.USER_COLUMN.match(_last(one).removeprefix("current_")))


def _most(found: Iterable[Read]) -> Read | None:
    """The one that is asked most often; of its places, one where it is compared with something."""
    every = list(found)
    if not every:
        return None
    [(name, _)] = Counter(one.name for one in every).most_common(1)
    return max((one for one in every if one.name == name), key=lambda one: (one.many, len(one.equals)))


def _roles(found: Iterable[Read], role: Read) -> tuple[str, ...]:
    """All values that it is compared with, the lowest first."""
    values = dict.fromkeys(value for one in found if one.name == role.name for value in one.equals)
    return words.in_order(tuple(value for value in values if not words.SUPER.search(value)))[0]


def _claim(found: list[Read], tenant: Read, role: Read | None) -> Claim:
    together = role if role and role.is_setting == tenant.is_setting else None
    return Claim(
        path="" if tenant.is_setting else tenant.name,
        setting=tenant.name if tenant.is_setting else "",
        many=tenant.many,
        role=together.name if together else "",
        roles=_roles(found, together) if together else (),
    )


def _boss(found: Read) -> SuperAdministrator:
    value = next(filter(words.SUPER.search, found.equals), next(iter(found.equals), "true"))
    return SuperAdministrator(claim=found.name, equals=value == "true" if value in {"true", "false"} else value)


def _told(tenant: Read | None, boss: Read | None, user: Read | None) -> tuple[dict[str, str], tuple[str, ...]]:
    reasons, unsure = dict[str, str](), list[str]()
    if tenant:
        reasons["claim.setting" if tenant.is_setting else "claim.path"] = "policies compare rows with it"
    if user:
        reasons["user_setting"] = "policies learn from it who the user is"
    if boss:
        reasons["super_administrator.claim"] = "policies ask for it, and its name sounds like everybody's administrator"
    for one in (tenant, boss):
        if one and "user_metadata" in one.name:
            unsure.append(f"{one.name} is written by the user and must decide about nothing")
    return reasons, tuple(unsure)
