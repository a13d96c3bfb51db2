"""The release under test: every kind of step, and nothing that could be applied twice without being seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from tests.faults.wire import Message

__all__ = [
    "ALWAYS", "FILES", "MARKS", "SECTIONS", "VERSIONS", "lay", "lay_past", "lay_release", "section_of", "sections_of",
]  # fmt: skip

#: On the target before: tables with rows in them.
PAST = """\
CREATE TABLE public.boats (id integer PRIMARY KEY, name text NOT NULL, n integer NOT NULL DEFAULT 0);
INSERT INTO public.boats (id, name) SELECT i, 'boat ' || i FROM generate_series(1, 1000) AS i;
CREATE TABLE public.crew (id integer PRIMARY KEY, boat integer NOT NULL REFERENCES public.boats (id));
INSERT INTO public.crew SELECT i, 1 + i % 1000 FROM generate_series(1, 2000) AS i;
-- Without a key, so that a row that comes twice stays.
CREATE TABLE public.log (what text NOT NULL);
"""
#: Two steps of a transaction each.
MEMBERS = """\
CREATE TABLE public.members (id integer PRIMARY KEY, boat integer REFERENCES public.boats (id));
INSERT INTO public.members SELECT id, id FROM public.boats WHERE id <= 50;
ALTER TABLE public.boats ADD COLUMN captain integer REFERENCES public.members (id);
INSERT INTO public.log VALUES ('members');
COMMIT;
UPDATE public.boats SET captain = id WHERE id <= 50;
INSERT INTO public.log VALUES ('captains');
"""
#: An index beside the traffic between two transactions.
CONCURRENTLY = """\
INSERT INTO public.log VALUES ('before the index');
CREATE INDEX CONCURRENTLY boats_name ON public.boats (name);
INSERT INTO public.log VALUES ('after the index');
"""
#: An index of a plain file, which a plan builds before the file.
AHEAD = """\
CREATE INDEX IF NOT EXISTS crew_boat ON public.crew (boat);
INSERT INTO public.log VALUES ('index ahead');
"""
#: Once more is once too often.
BATCH = """\
-- seatrial: batch key=id size=300
UPDATE public.boats SET n = n + 1;
INSERT INTO public.log VALUES ('batch');
"""
ALONE = """\
VACUUM public.boats;
REINDEX INDEX CONCURRENTLY public.crew_boat;
INSERT INTO public.log VALUES ('alone');
"""
ASSERTION = """\
-- seatrial: assert NOT EXISTS (SELECT FROM public.boats WHERE n > 1)
ALTER TABLE public.crew ADD COLUMN since date;
CREATE VIEW public.crewed WITH (security_invoker = on) AS SELECT boat, count(*) AS crew FROM public.crew GROUP BY boat;
INSERT INTO public.log VALUES ('assertion');
"""
FILES = {
    "20260201000000_members.sql": MEMBERS,
    "20260201000100_concurrently.sql": CONCURRENTLY,
    "20260201000200_ahead.sql": AHEAD,
    "20260201000300_batch.sql": BATCH,
    "20260201000400_alone.sql": ALONE,
    "20260201000500_assertion.sql": ASSERTION,
}
VERSIONS = [name.partition("_")[0] for name in FILES]
#: What a message of the working connection has in it when a part of the release begins.
MARKS = {
    "transaction": "CREATE TABLE public.members",
    "concurrently": "CREATE INDEX CONCURRENTLY boats_name",
    "ahead": "crew_boat ON public.crew",
    "batch": "SET n = n + 1",
    "alone": "VACUUM public.boats",
    "assertion": "ALTER TABLE public.crew ADD COLUMN since",
}
#: Parts of every run by what is under way; the lock is a connection of its own.
ALWAYS = ("lock", "watch", "before")
SECTIONS = (*ALWAYS, *MARKS)
BESIDE = {"seatrial lock": "lock", "seatrial watch": "watch"}
CONFIG = 'project_id = "club"\n\n[api]\nschemas = ["api"]\n'
SETTINGS = '[targets.production]\ndsn = "env(DSN)"\n'


def lay_past(root: Path) -> None:
    """A folder with what is on the target before."""
    lay(root, {"20260101000000_club.sql": PAST})


def lay_release(root: Path) -> None:
    """The files of the release beside it."""
    lay(root, FILES)


def sections_of(messages: Iterable[Message], marks: Mapping[str, str]) -> dict[tuple[str, int], str]:
    """Connection and number of each message → the part of the run that it belongs to."""
    current, left, found = "before", list(marks.items()), {}
    for message in messages:
        while message.connection == "seatrial" and any(mark in message.text for _, mark in left):
            current, mark = left.pop(0)
            if mark in message.text:
                break
        found[message.connection, message.number] = section_of(message, current)
    return found


def section_of(message: Message, current: str) -> str:
    """The part of one message, when another one is under way on the working connection."""
    return BESIDE.get(message.connection, current)


def lay(root: Path, files: Mapping[str, str]) -> None:
    """A folder with these files of migrations, beside those that are there."""
    migrations = root / "supabase" / "migrations"
    migrations.mkdir(parents=True, exist_ok=True)
    (root / "supabase" / "config.toml").write_text(CONFIG, encoding="utf-8")
    (root / "seatrial.toml").write_text(SETTINGS, encoding="utf-8")
    for name, text in files.items():
        (migrations / name).write_text(text, encoding="utf-8")
