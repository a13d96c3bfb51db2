"""The door of an endpoint: who calls, and whether they have not called too often."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotations

from integrations_hub.domain.caller import Caller  # noqa: TC001 - FastAPI reads the annotations
from integrations_hub.edge.callers import caller_of
from integrations_hub.edge.hub import hub_of
from integrations_hub.edge.passage import passage_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

__all__ = ["admitted"]


@cache
def admitted(endpoint: str) -> Callable[[Request], Awaitable[Caller]]:
    """What an endpoint depends on: gives the caller; the answer gets the header fields of the limit.

    Args:
        endpoint: part of the API that is counted together, such as /rest/v1.
    """

    async def door(request: Request) -> Caller:
        caller = await caller_of(request)
        passage = passage_of(request)
        passage.headers |= await hub_of(request).limits.take(caller, endpoint, address=passage.address)
        return caller

    return door
