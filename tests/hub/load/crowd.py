"""Many clients of many organizations at once; each answer is looked at: are rows and caller the asker's own?"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.hub.ground import token
from tests.hub.load.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Crowd", "Seen", "organization", "user"]

ORGANIZATIONS = 1000
REPRESENTATION = "Prefer: return=representation\r\n"


def organization(number: int) -> str:
    """Identifier of the organization with this number, as thousand_organizations.sql has it."""
    return f"71000000-0000-4000-8000-{number:012d}"


def user(number: int) -> str:
    """Its administrator."""
    return f"70000000-0000-4000-8000-{number:012d}"


@dataclass(slots=True)
class Seen:
    """What came of it."""

    statuses: Counter[int] = field(default_factory=Counter)
    #: By kind of request.
    kinds: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    #: In words; what must not be.
    foreign: list[str] = field(default_factory=list)
    #: Seconds of each request.
    times: list[float] = field(default_factory=list)
    #: Contacts that were added and answered, by number of the organization.
    added: Counter[int] = field(default_factory=Counter)
    lost: int = 0

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.times)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000 if ordered else 0.0


class Crowd:
    """Clients that ask as fast as they are answered."""

    def __init__(self, address: str, *, clients: int = 64, seed: int = 1) -> None:
        parts = urlsplit(address)
        self._host, self._port = str(parts.hostname), int(parts.port or 80)
        self._clients, self._random = clients, random.Random(seed)  # noqa: S311 - whom to ask for
        self._headers = [f"Authorization: Bearer {token(user(number))}\r\n" for number in range(ORGANIZATIONS + 1)]
        self.seen = Seen()

    def run(self, *, seconds: float, only: str = "") -> Seen:
        """Ask for so long.

        Args:
            seconds: it lasts.
            only: one kind of request, all of them where empty.
        """
        asyncio.run(self._all(time.monotonic() + seconds, only))
        return self.seen

    async def _all(self, end: float, only: str) -> None:
        await asyncio.gather(*(self._client(end, only) for _ in range(self._clients)))

    async def _client(self, end: float, only: str) -> None:
        kinds: dict[str, Callable[[Wire, int], object]] = {
            "list": self._list, "filter": self._filter, "who": self._who, "add": self._add, "change": self._change,
        }  # fmt: skip
        wire, names = Wire(self._host, self._port), [only] if only else list(kinds)
        while time.monotonic() < end:
            kind, number = self._random.choice(names), self._random.randint(1, ORGANIZATIONS)
            begun = time.perf_counter()
            try:
                await kinds[kind](wire, number)  # type: ignore[misc]
            except (OSError, EOFError):
                self.seen.lost += 1
                continue
            self.seen.times.append(time.perf_counter() - begun)
            self.seen.kinds[kind] += 1
        wire.close()

    async def _ask(
        self, wire: Wire, number: int, method: str, path: str, *, more: str = "", body: object = None
    ) -> bytes:
        text = b"" if body is None else json.dumps(body).encode()
        status, _, answer = await wire.ask(method, f"/rest/v1/{path}", self._headers[number] + more, text)
        self.seen.statuses[status] += 1
        return answer if status < 300 else b"[]"

    def _mine(self, number: int, rows: list[dict[str, object]], tag: Callable[[dict[str, object]], object]) -> None:
        self.seen.rows += len(rows)
        for row in rows:
            if row["organization_id"] != organization(number) or tag(row) is False:
                self.seen.foreign.append(f"{number} was given {row}")

    async def _list(self, wire: Wire, number: int) -> None:
        rows = json.loads(await self._ask(wire, number, "GET", "integrations?select=*&is_active=is.true"))
        self._mine(number, rows, lambda row: row["configuration"] == {"tag": number})

    async def _filter(self, wire: Wire, number: int) -> None:
        path = "contacts?select=organization_id,notes&or=(full_name.like.*1*,notes.ilike.tag*)&order=full_name.desc"
        rows = json.loads(await self._ask(wire, number, "GET", path))
        self._mine(number, rows, lambda row: row["notes"] == f"tag {number}")

    async def _who(self, wire: Wire, number: int) -> None:
        answer = json.loads(await self._ask(wire, number, "POST", "rpc/who_is_asking", body={}))
        if answer and (answer["user"], answer["role"], answer["claims"]["sub"]) != (
            user(number),
            "authenticated",
            user(number),
        ):
            self.seen.foreign.append(f"{number} was taken for {answer}")

    async def _add(self, wire: Wire, number: int) -> None:
        row = {"organization_id": organization(number), "full_name": "Added 1", "notes": f"tag {number}"}
        rows = json.loads(await self._ask(wire, number, "POST", "contacts?select=*", more=REPRESENTATION, body=row))
        self._mine(number, rows, lambda row: row["notes"] == f"tag {number}")
        self.seen.added[number] += len(rows)

    async def _change(self, wire: Wire, number: int) -> None:
        # Without naming the organization: the database alone says which rows are the caller's.
        path = "integrations?integration_type=eq.whatsapp&select=*"
        rows = json.loads(
            await self._ask(wire, number, "PATCH", path, more=REPRESENTATION, body={"last_error": f"tag {number}"})
        )
        self._mine(number, rows, lambda row: row["last_error"] == f"tag {number}" and len(rows) == 1)
