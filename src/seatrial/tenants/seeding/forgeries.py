"""Whom policies take for more than others: those who write something where any user can write, or are named."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.tenants.seeding.ground import Ground

__all__ = ["forgeries", "named"]

#: No user is tried for more.
MOST = 2
POWERFUL = ("admin", "service", "owner", "super", "staff", "root")
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
