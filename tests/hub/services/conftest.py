"""The use-cases on the ground."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.hub.services.pretence import working

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.hub.ground import Ground
    from tests.hub.services.pretence import At


@pytest.fixture
def at(ground: Ground) -> Iterator[At]:
    """The use-cases on a database of their own."""
    with working(ground) as at:
        yield at
