"""What was read is one finding with what was seen, or is withdrawn, or stays as it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from seatrial.model.finding import Decided
from seatrial.model.isolation import Cell, Observed
from seatrial.model.place import place_at
from seatrial.rules.assess import Seen, assess
from seatrial.rules.run import run
from seatrial.schema.build import build

if TYPE_CHECKING:
    from tests.unit.rules.conftest import ScriptOf

    from seatrial.model.finding import Finding
    from seatrial.model.source import Script

INDEX = "create table public.notes (id uuid primary key, body text);"
LATER = "create index notes_body on public.notes (body);"
VIEW = """
create table public.notes (id uuid primary key, organization_id uuid not null, body text);
alter table public.notes enable row level security;
create policy own on public.notes for select to authenticated using (organization_id = (select auth.uid()));
create index notes_organization on public.notes (organization_id);
create view public.bodies as select body from public.notes;
"""


@pytest.fixture
def scripts(script_of: ScriptOf) -> tuple[Script, ...]:
    """A table, and an index of a later file."""
    return script_of(INDEX, "20250101000000_notes.sql"), script_of(LATER, "20250102000000_index.sql")


def _only(scripts: tuple[Script, ...], code: str, platform: str = "postgres") -> Finding:
    [found] = [one for one in run(scripts, build(scripts, platform=platform)) if one.code == code]
    return found


def _ran(scripts: tuple[Script, ...]) -> frozenset[tuple[str, int]]:
    return frozenset((script.source.path, one.start) for script in scripts for one in script.statements)


def _seen_as(read: Finding, scripts: tuple[Script, ...]) -> Finding:
    """What a rehearsal says of the same statement, at its beginning."""
    source = scripts[-1].source
    return replace(read, place=place_at(source.path, source.text, 0), effect="writes wait for 3 s", key="", subject="")


def test_what_was_read_and_seen_is_one_finding_with_the_words_of_the_rehearsal(scripts: tuple[Script, ...]) -> None:
    read = _only(scripts, "LCK003")

    assessed = assess([read], [_seen_as(read, scripts)], Seen(scripts=scripts, statements=_ran(scripts)))

    [one] = assessed.findings
    assert (one.decided, one.effect) == (Decided.RUN, "writes wait for 3 s")
    assert (one.place, one.key) == (read.place, read.key), "the place of reading is finer, and waivers name its key"


def test_what_was_rehearsed_and_not_seen_is_withdrawn(scripts: tuple[Script, ...]) -> None:
    assessed = assess([_only(scripts, "LCK003")], [], Seen(scripts=scripts, statements=_ran(scripts)))

    assert (assessed.findings, len(assessed.withdrawn)) == ((), 1)


def test_from_nothing_nobody_can_say_who_would_have_waited(scripts: tuple[Script, ...]) -> None:
    read = _only(scripts, "LCK003")

    assessed = assess([read], [], Seen(scripts=scripts, statements=frozenset(), ran=_ran(scripts)))

    assert assessed.findings == (read,)


def test_what_was_only_seen_stands_alone(scripts: tuple[Script, ...]) -> None:
    seen = _seen_as(_only(scripts, "LCK003"), scripts)

    [one] = assess([], [seen], Seen(scripts=scripts, statements=_ran(scripts))).findings

    assert one.decided is Decided.RUN


def test_a_statement_that_went_through_does_not_fail(script_of: ScriptOf) -> None:
    scripts = (script_of("create index a on public.made_by_a_block (id);"),)
    read = _only(scripts, "EXE015")

    assert assess([read], [], Seen(scripts=scripts, statements=frozenset())).findings == (read,)
    assert assess([read], [], Seen(scripts=scripts, statements=frozenset(), ran=_ran(scripts))).findings == ()


@pytest.mark.parametrize(
    ("again", "left"),
    [(None, Decided.READ), (frozenset({("EXP001", "public.bodies")}), Decided.RUN), (frozenset(), None)],
)
def test_a_subject_is_looked_for_in_the_rehearsed_database(
    script_of: ScriptOf, again: frozenset[tuple[str, str]] | None, left: Decided | None
) -> None:
    scripts = (script_of(VIEW),)

    found = assess(
        [_only(scripts, "EXP001", "supabase")], [], Seen(scripts=scripts, statements=frozenset(), again=again)
    ).findings

    assert [one.decided for one in found] == ([left] if left else [])


@pytest.mark.parametrize(
    ("observed", "left"),
    [(Observed.ALLOWED, Decided.ATTACKED), (Observed.BLOCKED, None), (Observed.UNDECIDED, Decided.RUN)],
)
def test_an_attack_decides(script_of: ScriptOf, observed: Observed, left: Decided | None) -> None:
    scripts = (script_of(VIEW),)
    cell = Cell(
        kind="viewer", subject="public.bodies", action="read rows of another tenant", expected=Observed.BLOCKED,
        observed=observed,
    )  # fmt: skip
    seen = Seen(
        scripts=scripts, statements=frozenset(), again=frozenset({("EXP001", "public.bodies")}), cells=(cell,)
    )  # fmt: skip

    found = assess([_only(scripts, "EXP001", "supabase")], [], seen).findings

    assert [one.decided for one in found] == ([left] if left else [])
    if left is Decided.ATTACKED:
        assert found[0].figures == "viewer can read rows of another tenant"
