"""A server of its own: roles that a pair makes belong to the whole server, and others look at those of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seatrial.scratch.server import scratch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.scratch.server import Server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A scratch with the Supabase platform, for one worker."""
    with scratch("supabase") as running:
        yield running
