"""What an application asks of the shipped schema, and who asks: for plans that are compared."""

from __future__ import annotations

import hashlib
import tomllib
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from seatrial.model.performance import Call, Sender
from seatrial.model.workload import WorkloadQuery

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["calls"]

ROOT = Path(__file__).parents[3]
#: The organization in the parameters of the workload.
SAMPLE = "20000000-0000-4000-8000-00000000000a"


def calls() -> list[Call]:
    """Each question, and each query of the shipped workload, as every kind of user that may ask it."""
    settings = tomllib.loads((ROOT / "seatrial.toml").read_text(encoding="utf-8"))
    questions = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    found = []
    for one in settings["workload"]:
        query = WorkloadQuery(name=one["name"], role=one["role"], claims=one["claims"], sql=one["sql"])
        for caller, sender, tenant in _askers():
            if one["role"] == sender.role:
                params = tuple(tenant if value == SAMPLE else value for value in one.get("params", ()))
                found.append(_call(query, caller, sender, params))
    for name, text in questions.items():
        for caller, sender, tenant in _askers():
            sql = text.format(tenant=tenant, user=sender.claims.get("sub", _key("user0")))
            found.append(_call(WorkloadQuery(name=name, role=sender.role, claims={}, sql=sql), caller, sender, ()))
    return found


def _askers() -> Iterator[tuple[str, Sender, str]]:
    """Who asks, and of which organization: members of a large one and of smaller ones, administrators, the service."""
    members = {"member of the largest": 0, "member of a middling": 40, "member of a small": 450, "admin": 510}
    for caller, user in members.items():
        claims = {"sub": _key(f"user{user}"), "role": "authenticated"}
        yield caller, Sender(role="authenticated", claims=claims, params=()), _key(f"organization{user % 500}")
    boss = {"sub": _key("user2999"), "role": "authenticated", "app_metadata": {"super_admin": True}}
    yield "super_administrator", Sender(role="authenticated", claims=boss, params=()), _key("organization3")
    yield "service", Sender(role="service_role", claims={"role": "service_role"}, params=()), _key("organization1")


def _call(query: WorkloadQuery, caller: str, sender: Sender, params: tuple[str, ...]) -> Call:
    return Call(query=query, caller=caller, senders=(Sender(role=sender.role, claims=sender.claims, params=params),))


def _key(name: str) -> str:
    return str(uuid.UUID(hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()))
