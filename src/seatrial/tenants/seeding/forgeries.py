"""Whom policies take for more than others: by what any user can write, a claim, a row somewhere, or their name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seatrial.tenants.seeding.ground import Ground

__all__ = ["forgeries", "named", "told"]

#: No user is tried for more.
MOST = 2
MOST_TOLD = 4
POWERFUL = ("admin", "service", "owner", "super", "staff", "root")
#: What the platform itself says in the token: no value of it makes another kind of user.
SAID = frozenset(
    {
        "sub",
        "aud",
        "iss",
        "exp",
        "iat",
        "email",
        "phone",
        "session_id",
        "amr",
        "app_metadata",
        "user_metadata",
        "is_anonymous",
        "aal",
    }
)
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


def forgeries(ground: Ground) -> Iterator[str]:
    """Nothing where no policy, function or view looks at what users can write."""
    looked_at = ground.looked_at
    if not looked_at.metadata and not looked_at.sent:
        return
    known = {*looked_at.keys, "user_metadata", "app_metadata", "authenticated", "anon"}
    likely = [one for one in looked_at.constants if one.isidentifier() and one not in known]
    powerful = [one for one in likely if any(word in one.lower() for word in POWERFUL)]
    yield "true"
    yield from list(dict.fromkeys([*ground.tenancy.roles[-1:], *powerful]))[:MOST]


def named(ground: Ground) -> Iterator[str]:
    """Identifiers that policies, functions or views compare something with: one of them may be a user's."""
    known = ground.tenancy.super_administrator
    found = (one for one in ground.looked_at.constants if _UUID.fullmatch(one.lower()))
    yield from [one for one in found if not known or one != known.equals][:MOST]


def told(ground: Ground) -> Iterator[dict[str, object]]:
    """Claims, by their paths, that nobody declared and that something looks at: each with every value in turn."""
    claims = ground.looked_at.claims
    if "is_anonymous" in claims:
        yield {"is_anonymous": True}
    if "aal" in claims:
        yield {"aal": "aal2"}
    some = {key: values for key in claims if (values := _undeclared(ground, key, claims[key] or (True,)))}
    for number in range(max(map(len, some.values()), default=0)):
        said = {key: values[min(number, len(values) - 1)] for key, values in some.items()}
        # Claims of one's own stand beside those of the platform, or in the metadata that only the service writes.
        beside = {key: value for key, value in said.items() if key != "role"}
        yield {**{f"app_metadata.{key}": value for key, value in said.items()}, **beside}


def _undeclared(ground: Ground, key: str, values: Iterable[object]) -> list[object]:
    """Values of a claim that a declaration gives no meaning."""
    tenancy = ground.tenancy
    paths = [tenancy.user_claim, *([tenancy.claim.path, tenancy.claim.role] if tenancy.claim else [])]
    if key in {*SAID, *(path.rpartition(".")[2] for path in paths)}:
        return []
    administrator = tenancy.super_administrator
    if administrator is None or administrator.claim.rpartition(".")[2] != key:
        return list(values)[:MOST_TOLD]
    known = str(administrator.equals).lower()
    return [one for one in values if str(one).lower() != known][:MOST_TOLD]
