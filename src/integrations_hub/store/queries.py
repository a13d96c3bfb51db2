"""The hub's SQL, read from the folder beside this file."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import LiteralString

__all__ = ["load"]


@cache
def load(name: str) -> LiteralString:
    """The text of queries/NAME.sql; it is literal, as it came with the package."""
    return (Path(__file__).parent / "queries" / f"{name}.sql").read_text(encoding="utf-8")
