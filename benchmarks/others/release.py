"""Releases of generated migrations, as every tool is to deploy them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

__all__ = ["File", "small_migrations"]

#: One statement of them runs outside of a transaction, which not every tool has a word for.
TEMPLATES = Path(__file__).parents[1] / "thousand_files.sql"
START = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One migration, before a tool's own marks are put around it."""

    #: `20240101000000`
    version: str
    name: str
    text: str

    @property
    def stem(self) -> str:
        """`20240101000000_step_0`."""
        return f"{self.version}_{self.name}"

    @classmethod
    def numbered(cls, number: int, name: str, text: str) -> File:
        """The one that comes at this place."""
        return cls(version=f"{START + timedelta(hours=number):%Y%m%d%H%M%S}", name=name, text=text)


def small_migrations(number: int) -> list[File]:
    """So many files of about 1 KB and five statements: tables with policies, columns, functions, triggers, views."""
    texts = TEMPLATES.read_text(encoding="utf-8").split("-- next file\n")
    kinds = [text.lstrip("\n") for text in texts if "index concurrently" not in text]
    return [
        File.numbered(
            n, f"step_{n}", kinds[n % len(kinds)].replace("{t}", f"things_{n // len(kinds)}").replace("{n}", str(n))
        )
        for n in range(number)
    ]
