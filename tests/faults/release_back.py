"""What is rolled back under faults: a release with everything that a way back has to do, and what was written since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.faults.release import ALWAYS

from seatrial.pg.connection import rows

if TYPE_CHECKING:
    from typing import LiteralString

    from seatrial.pg.connection import Connection

__all__ = ["FILES_BACK", "MARKS_BACK", "PAST_BACK", "SECTIONS_BACK", "STAYS", "TREASURES", "WRITTEN", "lost", "rows_of"]

#: The newest version that stays.
STAYS = "20260101000000"
PAST = """\
CREATE TABLE public.boats (id integer PRIMARY KEY, name text, n integer NOT NULL DEFAULT 0, label text);
INSERT INTO public.boats (id, name, label) SELECT i, 'boat ' || i, 'label ' || i FROM generate_series(1, 6000) AS i;
CREATE INDEX boats_name ON public.boats (name);
CREATE TABLE public.crew (id integer PRIMARY KEY, boat integer NOT NULL REFERENCES public.boats (id));
INSERT INTO public.crew SELECT i, 1 + i % 6000 FROM generate_series(1, 2000) AS i;
CREATE TABLE public.signals (id integer PRIMARY KEY, boat integer NOT NULL REFERENCES public.boats (id), flag text);
INSERT INTO public.signals SELECT i, i, 'flag ' || i FROM generate_series(1, 50) AS i;
"""
PAST_BACK = {f"{STAYS}_club.sql": PAST}
#: A table with all that belongs to it, a column that comes and one that goes, and a table that goes.
BERTHS = """\
CREATE TABLE public.berths (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  boat integer NOT NULL REFERENCES public.boats (id),
  note text
);
ALTER TABLE public.berths ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON public.berths FOR SELECT TO authenticated USING (true);
CREATE FUNCTION public.noted() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS
$$ BEGIN NEW.note := coalesce(NEW.note, 'none'); RETURN NEW; END $$;
CREATE TRIGGER noted BEFORE INSERT ON public.berths FOR EACH ROW EXECUTE FUNCTION public.noted();
CREATE INDEX berths_boat ON public.berths (boat);
INSERT INTO public.berths (boat) SELECT id FROM public.boats WHERE id <= 20;
ALTER TABLE public.boats ADD COLUMN captain text, DROP COLUMN label;
DROP TABLE public.signals;
"""
#: Rows that change, a column that must not be empty, an index that comes and one that goes.
COUNTED = """\
UPDATE public.boats SET n = n + 1 WHERE id <= 100;
ALTER TABLE public.boats ADD CONSTRAINT boats_named CHECK (name IS NOT NULL) NOT VALID;
COMMIT;
ALTER TABLE public.boats VALIDATE CONSTRAINT boats_named;
ALTER TABLE public.boats ALTER COLUMN name SET NOT NULL;
ALTER TABLE public.boats DROP CONSTRAINT boats_named;
COMMIT;
CREATE INDEX CONCURRENTLY crew_boat ON public.crew (boat);
DROP INDEX CONCURRENTLY public.boats_name;
"""
FILES_BACK = {"20260201000000_berths.sql": BERTHS, "20260201000100_counted.sql": COUNTED}
#: By the application, which the release was made for; counted, so that rehearsals of the way back need not guess.
WRITTEN = """\
UPDATE public.boats SET captain = 'captain ' || id WHERE id <= 5500;
INSERT INTO public.berths (boat, note) SELECT id, 'night ' || id FROM public.boats WHERE id BETWEEN 21 AND 200;
UPDATE public.berths SET note = 'moved' WHERE boat = 3;
UPDATE public.boats SET n = 100 WHERE id <= 5;
ANALYZE
"""
MARKS_BACK = {
    "rows": "DROP INDEX public.crew_boat",
    "index": "CREATE INDEX CONCURRENTLY boats_name",
    "mirror": "parse_ident('seatrial_archive_back_20260201000000_public.\"boats columns\"')",
    "copy": "FORMAT JSON) INSERT INTO seatrial_archive_back_",
    "away": "parse_ident('seatrial_archive_back_20260201000000_public.berths')",
    "return": "FORMAT JSON) UPDATE public.boats",
    "last": "VALIDATE CONSTRAINT signals_boat_fkey",
}
SECTIONS_BACK = (*ALWAYS, *MARKS_BACK)
#: What must be somewhere at every moment → the words that tell it, and the names of tables that it may be in.
TREASURES = {
    "berths": ("t.boat::text || ' ' || t.note", ("berths",)),
    "captains": ("t.id || ' ' || (to_jsonb(t) ->> 'captain')", ("boats", "boats columns")),
    "labels": ("t.id || ' ' || (to_jsonb(t) ->> 'label')", ("boats", "boats columns")),
    "signals": ("t.id || ' ' || t.boat || ' ' || t.flag", ("signals",)),
    # What the release itself has counted goes with it.
    "numbers": ("CASE WHEN t.n <> 1 THEN t.id || ' ' || t.n END", ("boats", "boats was")),
}
PLACES: LiteralString = """
    SELECT c.oid::regclass::text AS name
    FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE (n.nspname = 'public' OR starts_with(n.nspname, 'seatrial_archive_')) AND c.relkind = 'r'
      AND c.relname = ANY (%s)"""


def rows_of(connection: Connection) -> dict[str, frozenset[str]]:
    """Everything that must not be lost, wherever it is."""
    found: dict[str, frozenset[str]] = {}
    for name, (words, tables) in TREASURES.items():
        places = [row["name"] for row in rows(connection, PLACES, [list(tables)])]
        query = " UNION ".join(f"SELECT {words} FROM {one} AS t" for one in places)
        answer = connection.execute(query.encode()).fetchall() if query else []
        found[name] = frozenset(row for (row,) in answer if row)
    return found


def lost(before: dict[str, frozenset[str]], now: dict[str, frozenset[str]]) -> list[str]:
    """How many of each are nowhere any more."""
    gone = {name: wanted - now[name] for name, wanted in before.items()}
    return [f"{len(missing)} of {name} are lost: {sorted(missing)[:3]}" for name, missing in gone.items() if missing]
