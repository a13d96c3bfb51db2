"""How often an organization may ask: counted in public.api_rate_limits, a lease at a time.

A process counts a twentieth of the limit in the database and hands it out from memory, so that of twenty requests at
most one waits for the database. What holds:

- One process never admits more than the limit in a window.
- P processes admit at most limit + (P - 1) x lease: check_rate_limit lets servers count without waiting for each other,
  and only leases that are asked for at the same moment can exceed the limit. A process asks for one at a time.
- What a process has not handed out when the window ends is lost: of a limit that is used up, P processes may admit
  P x (lease - 1) less. A client sees that as a limit that is reached a little earlier.
- A lease ends with the window of the database's clock, reckoned from before it was asked for: never later.

A user of several organizations is charged in each, and refused when one of them has reached its limit. Whoever has no
organization is counted in memory, so for each process: visitors by address, users by their id. The service and
operators are not limited.
"""

from __future__ import annotations

import asyncio
import ipaddress
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from integrations_hub.domain.refusal import Refusal
from integrations_hub.edge.once import Once
from integrations_hub.edge.windows import Windows
from integrations_hub.store.limits import WINDOW, Granted, grant, organizations_of
from integrations_hub.store.security import SecurityEvent

if TYPE_CHECKING:
    from collections.abc import Callable

    from integrations_hub.domain.caller import Caller
    from integrations_hub.store.database import Database

__all__ = ["Limits"]

T = TypeVar("T")
#: Leases in a limit.
LEASES = 20
#: Seconds for which it is remembered which organizations a user has.
MEMORY = 60.0
#: Seconds for which nobody asks a database that did not answer: all would wait for the same.
PAUSE = 1.0
#: So many users and leases are remembered.
MOST = 10_000


@dataclass(slots=True, kw_only=True)
class _Lease:
    #: Counted and not handed out yet.
    left: int
    #: In the database, when it was asked.
    beyond: int
    #: By the clock of this process.
    ends: float


class Limits:
    """Those of one process; for one event loop."""

    def __init__(
        self, database: Database, *, limit: int,
        tell: Callable[[SecurityEvent], None] = lambda _: None, clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        """Nothing is counted yet.

        Args:
            database: where organizations are counted.
            limit: requests of an organization to an endpoint in a minute.
            tell: is told when a limit is reached.
            clock: in seconds.
        """
        self._database = database
        self._limit = limit
        self._lease = max(1, limit // LEASES)
        self._tell = tell
        self._clock = clock
        self._leases: dict[tuple[str, str], _Lease] = {}
        self._members: dict[str, tuple[float, tuple[str, ...]]] = {}
        self._grants: Once[Granted] = Once()
        self._lookups: Once[tuple[str, ...]] = Once()
        self._is_down_until = float("-inf")
        self._windows = Windows(limit=limit, width=WINDOW, clock=clock)

    async def take(self, caller: Caller, endpoint: str, *, address: str | None = None) -> dict[str, str]:
        """Count one request, and return the header fields that tell how many are left.

        Args:
            caller: who asks.
            endpoint: part of the API, such as /rest/v1.
            address: of the client, where there is no user.

        Raises:
            Refusal: 429 rate_limited; or 503, the database does not answer.
        """
        if caller.role == "service_role" or caller.is_operator:
            return {}
        user = caller.user_id if caller.role == "authenticated" else None
        organizations = await self._organizations(caller, user) if user else ()
        if not organizations:
            return self._take_here(endpoint, user, address)
        return await self._take_leased([(each, endpoint) for each in organizations])

    def _take_here(self, endpoint: str, user: str | None, address: str | None) -> dict[str, str]:
        window = self._windows.take((endpoint, user or _network(address)))
        if not window.is_allowed:
            self._refuse(SecurityEvent(
                event_type="rate_limit.exceeded", reason=endpoint, severity="info", user_id=user, source_ip=address,
            ), window.seconds)  # fmt: skip
        return self._headers(window.remaining, window.seconds)

    async def _take_leased(self, keys: list[tuple[str, str]]) -> dict[str, str]:
        while not all(self._is_known(key) for key in keys):
            await asyncio.gather(*(self._renew(key) for key in keys if not self._is_known(key)))
        leases = [self._leases[key] for key in keys]
        now = self._clock()
        for (organization, endpoint), lease in zip(keys, leases, strict=True):
            if not lease.left:
                self._refuse(SecurityEvent(
                    event_type="rate_limit.exceeded", reason=endpoint, severity="info", organization_id=organization,
                ), lease.ends - now)  # fmt: skip
        for lease in leases:
            lease.left -= 1
        fewest = min(leases, key=lambda lease: lease.left + lease.beyond)
        return self._headers(fewest.left + fewest.beyond, fewest.ends - now)

    def _is_known(self, key: tuple[str, str]) -> bool:
        """Whether a request can be admitted or refused without asking."""
        lease = self._leases.get(key)
        return lease is not None and self._clock() < lease.ends and (lease.left > 0 or lease.beyond == 0)

    async def _renew(self, key: tuple[str, str]) -> None:
        await self._grants.ask(key, lambda: self._granted(key))

    def _granted(self, key: tuple[str, str]) -> Granted:
        before = self._clock()
        granted = self._asked(lambda: grant(self._database, key[0], key[1], limit=self._limit, requests=self._lease))
        if len(self._leases) >= MOST:
            self._leases = {name: lease for name, lease in self._leases.copy().items() if before < lease.ends}
        self._leases[key] = _Lease(left=granted.requests, beyond=granted.remaining, ends=before + granted.seconds)
        return granted

    async def _organizations(self, caller: Caller, user: str) -> tuple[str, ...]:
        ends, organizations = self._members.get(user, (0.0, ()))
        if self._clock() < ends:
            return organizations
        organizations = await self._lookups.ask(
            user, lambda: self._asked(lambda: organizations_of(self._database, caller))
        )
        if len(self._members) >= MOST:
            self._members.clear()
        self._members[user] = (self._clock() + MEMORY, organizations)
        return organizations

    def _asked(self, question: Callable[[], T]) -> T:
        """The database's answer, in a thread."""
        if self._clock() < self._is_down_until:
            raise Refusal(503, "PGRST001", "The database does not answer", headers={"Retry-After": "1"})
        try:
            return question()
        except Refusal:
            self._is_down_until = self._clock() + PAUSE
            raise

    def _headers(self, remaining: int, seconds: float) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self._limit),
            "RateLimit-Remaining": str(remaining),
            "RateLimit-Reset": str(max(1, math.ceil(seconds))),
        }

    def _refuse(self, event: SecurityEvent, seconds: float) -> None:
        self._tell(event)
        headers = self._headers(0, seconds)
        raise Refusal(
            429, "rate_limited", f"more than {self._limit} requests in a minute",
            hint=f"try again in {headers['RateLimit-Reset']} seconds",
            headers={**headers, "Retry-After": headers["RateLimit-Reset"]},
        )  # fmt: skip


def _network(address: str | None) -> str | None:
    """What one client has: an address of IPv4, and of IPv6 a network of 64 bits."""
    if address is None or ":" not in address:
        return address
    return str(ipaddress.ip_network((address, 64), strict=False))
