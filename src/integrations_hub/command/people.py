"""The sample tenants of a hub for development: who they are, its secrets, and the tokens that it signs for them."""

from __future__ import annotations

import base64
import json
import os
import secrets
import time
from typing import TYPE_CHECKING

import jwt

from seatrial.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["KEPT", "PEOPLE", "anonymous_key", "kept_secrets", "token_for"]

#: Of supabase/seed.sql: name → the end of the identifier, and who it is.
PEOPLE = {
    "olga": ("01", "owner of Harbour Trading"), "ada": ("02", "administrator of Harbour Trading"),
    "max": ("03", "member of Harbour Trading"), "vera": ("04", "viewer of Harbour Trading"),
    "tom": ("07", "member of Harbour Trading and administrator of Lighthouse Logistics"),
    "otto": ("08", "owner of Lighthouse Logistics"), "mia": ("09", "member of Lighthouse Logistics"),
    "super": ("11", "operator"), "tilda": ("13", "owner of Tidewater Clinics"),
}  # fmt: skip
#: How long a link and a token of a sample tenant hold.
HOURS = 12

#: Its secrets, so that tokens and sealed credentials outlast a restart.
KEPT = "secrets.json"


def kept_secrets(folder: Path) -> dict[str, str]:
    """Read, or made when it begins; for its owner's eyes only.

    Raises:
        CannotRun: somebody has written something else there.
    """
    file = folder / KEPT
    if not file.exists():
        made = {"token": secrets.token_urlsafe(48), "key": base64.b64encode(secrets.token_bytes(32)).decode()}
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as new:
            json.dump(made, new)
    try:
        return dict(json.loads(file.read_text(encoding="ascii")))
    except ValueError:
        raise CannotRun(
            "hub.garbled-secrets", "the secrets of the hub for development are garbled", where=str(file),
            fix="seatrial hub --reset",
        ) from None  # fmt: skip


def token_for(kept: Mapping[str, str], person: str) -> str:
    """An access token, as Supabase Auth signs it."""
    now = int(time.time())
    claims = {
        "sub": f"10000000-0000-4000-8000-0000000000{PEOPLE[person][0]}", "role": "authenticated",
        "aud": "authenticated", "iat": now, "exp": now + HOURS * 3600, "email": f"{person}@example.com",
        "app_metadata": {"super_admin": True} if person == "super" else {},
    }  # fmt: skip
    return jwt.encode(claims, kept["token"], algorithm="HS256")


def anonymous_key(kept: Mapping[str, str]) -> str:
    """The key that a project gives to every client; it says who asks only when somebody has signed in."""
    return jwt.encode({"role": "anon", "iss": "seatrial hub", "exp": 4_102_444_800}, kept["token"], algorithm="HS256")
