"""Folders of migrations: a small one that holds what the two tools could see differently, and the shipped one."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from seatrial.project.files import read_folder

__all__ = ["SHIPPED", "SMALL", "Folder", "halves"]

ROOT = Path(__file__).parents[2]

#: Each file has its own way of being read, split or run in a way that the other tool would not.
SMALL = {
    "20250301000000_boats.sql": b"""\
-- a comment; with a semicolon, in front
CREATE TABLE public.boats (
  id integer PRIMARY KEY,
  name text NOT NULL DEFAULT 'nameless; yet' -- no quote ends here: '
) -- and no statement here;
;
/* a block /* in a block; */ and after it */
COMMENT ON TABLE public.boats IS 'Somebody''s boat; "quoted"';
ALTER TABLE public.boats ENABLE ROW LEVEL SECURITY;
CREATE POLICY "anybody; reads" ON public.boats FOR SELECT TO authenticated USING (true);;
-- a comment behind the last statement
""",
    "20250301000100_crew_with_windows_line_ends.sql": (
        b"CREATE TABLE public.crew (boat integer REFERENCES public.boats (id), name text);\r\n"
        b"-- between two statements\r\n"
        b"CREATE FUNCTION public.crew_size(wanted integer) RETURNS bigint\r\n"
        b"LANGUAGE sql STABLE SET search_path = ''\r\n"
        b"AS $body$\r\n  SELECT count(*) FROM public.crew WHERE boat = wanted; -- $$ inside\r\n$body$;\r\n"
    ),
    "20250301000200_index_beside_the_traffic.sql": b"""\
CREATE INDEX CONCURRENTLY IF NOT EXISTS crew_boat ON public.crew (boat);
COMMENT ON INDEX public.crew_boat IS 'crew of a boat';
""",
    "20250301000300_own_transaction.sql": b"""\
BEGIN;
SET LOCAL statement_timeout = '10s';
CREATE VIEW public.crewed WITH (security_invoker = on) AS
  SELECT b.id, b.name FROM public.boats AS b WHERE EXISTS (SELECT FROM public.crew AS c WHERE c.boat = b.id);
COMMIT;
""",
    "20250301000400_words_only.sql": b"-- this file was planned; nothing came of it\n",
    "20250301000500_byte_order_mark_and_foreign_words.sql": (
        "\ufeffINSERT INTO public.boats (id, name) VALUES (1, 'Mön Ché; ⛵'), (2, E'it\\'s; hers');\n"
        "CREATE FUNCTION public.boat_names() RETURNS SETOF text LANGUAGE sql STABLE\n"
        "BEGIN ATOMIC\n"
        "  SELECT CASE WHEN id = 1 THEN upper(name) ELSE name END FROM public.boats;\n"
        "END;\n"
        "DO $$ BEGIN PERFORM 1; END $$"
    ).encode(),
}

SHIPPED = {path.name: path.read_bytes() for path in sorted((ROOT / "supabase" / "migrations").glob("*.sql"))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A release folder of a test."""

    root: Path

    @property
    def migrations(self) -> Path:
        """Where the files are."""
        return self.root / "supabase" / "migrations"

    @property
    def versions(self) -> list[str]:
        """Of all files, in order."""
        return sorted(path.name.split("_")[0] for path in self.migrations.glob("*.sql"))

    def add(self, files: dict[str, bytes]) -> None:
        """Write files, over older ones of the same names."""
        self.migrations.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (self.migrations / name).write_bytes(content)

    def remove(self, name: str) -> None:
        """Take a file away."""
        (self.migrations / name).unlink()

    def empty(self) -> None:
        """Take every migration away."""
        shutil.rmtree(self.migrations)
        self.migrations.mkdir()

    def texts(self) -> dict[str, str]:
        """File name → text, as Seatrial reads it."""
        return {Path(source.path).name: source.text for source in read_folder(self.root, self.migrations)}


def halves(files: dict[str, bytes]) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The older and the newer files."""
    names = sorted(files)
    middle = len(names) // 2
    return {name: files[name] for name in names[:middle]}, {name: files[name] for name in names[middle:]}
