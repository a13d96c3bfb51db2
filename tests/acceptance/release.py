"""A release folder of a test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["BOATS", "CREW", "Release"]

#: Two files that belong together.
BOATS = {"20250301000000_boats.sql": "CREATE TABLE public.boats (id integer PRIMARY KEY, name text);\n"}
CREW = {"20250301000100_crew.sql": "CREATE TABLE public.crew (boat integer REFERENCES public.boats (id));\n"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A folder that commands are run in."""

    root: Path

    @property
    def migrations(self) -> Path:
        """Where the files are."""
        return self.root / "supabase" / "migrations"

    def add(self, files: dict[str, str] | dict[str, bytes]) -> None:
        """Write migrations, over older ones of the same names; text as it is, line ends and all."""
        self.migrations.mkdir(parents=True, exist_ok=True)
        # What makes the folder one of a Supabase project; clients reach another schema than that of the boats.
        self.write("supabase/config.toml", 'project_id = "boats"\n\n[api]\nschemas = ["api"]\n')
        for name, content in files.items():
            (self.migrations / name).write_bytes(content.encode() if isinstance(content, str) else content)

    def remove(self, *names: str) -> None:
        """Take migrations away."""
        for name in names:
            (self.migrations / name).unlink()

    def write(self, path: str, text: str) -> None:
        """Any other file of the folder."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
