"""The people of the sample tenants, with the tokens that their clients send."""

from __future__ import annotations

import time

from tests.hub.ground import (
    ADA,
    MAX,
    MIA,
    NOBODY,
    OLGA,
    OTTO,
    SAM,
    SUPER,
    TILDA,
    TOM,
    VERA,
    anon_key,
    service_key,
    token,
)  # fmt: skip

__all__ = ["tokens"]

FORGER = "10000000-0000-4000-8000-000000000012"


def tokens() -> dict[str, str]:
    """By name; among them some that are refused."""
    people = {
        "olga": OLGA, "ada": ADA, "max": MAX, "vera": VERA, "sam": SAM, "tom": TOM, "otto": OTTO, "mia": MIA,
        "nobody": NOBODY, "super": SUPER, "tilda": TILDA,
    }  # fmt: skip
    long_ago = int(time.time()) - 7200
    return {name: token(user) for name, user in people.items()} | {
        "anon": anon_key(),
        "service": service_key(),
        "forger": token(FORGER, user_metadata={"super_admin": True, "role": "owner"}),
        "late": token(ADA, iat=long_ago, exp=long_ago + 3600),
        "stranger": token(ADA, secret="the secret of quite another project"),
        "nonsense": "nonsense",
    }
