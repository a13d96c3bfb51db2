"""A dashboard that is served, for one test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.hub.pages.house import housed, served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.hub.ground import Ground
    from tests.hub.pages.house import House


@pytest.fixture
def house(ground: Ground) -> Iterator[House]:
    """On the sample tenants."""
    made = housed(ground)
    with served(made):
        yield made
