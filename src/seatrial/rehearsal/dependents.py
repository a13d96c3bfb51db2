"""What else stands in the way of a change: the objects that depend on what it changes, and those it is mistaken for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.place import place_at
from seatrial.model.words import along
from seatrial.sql.signature import signature

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from seatrial.model.failure import Failure
    from seatrial.model.migration import Migration
    from seatrial.model.source import Script, Statement

__all__ = ["standing_in_the_way"]
