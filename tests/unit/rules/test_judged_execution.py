"""What the rules about execution make of bodies, notices and losses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.unit.rules.trials import notice, trial_of

from seatrial.model.bodies import BodyFault
from seatrial.model.evidence import Evidence, ObjectChange
from seatrial.rules.run import judge

if TYPE_CHECKING:
    from tests.unit.rules.conftest import ScriptOf

    from seatrial.model.finding import Finding
    from seatrial.model.trial import Trial

FAULT = BodyFault(
    function="public.total(uuid, integer)", table="", line=3, sqlstate="42703", message='column "n" does not exist',
    hint="", query="select n\n  from contacts",
)  # fmt: skip
#: As the server names the same function in an event trigger.
MADE = Evidence(
    objects=(ObjectChange(action="created", kind="function", name="public.total(pg_catalog.uuid,integer)"),)
)
BODY = "create function total(uuid, int) returns int language plpgsql as $$\nbegin\n  return (select n);\nend $$;"


def _only(trial: Trial) -> Finding:
    [finding] = judge(trial)
    return finding


def _lost(kind: str, name: str) -> ObjectChange:
    return ObjectChange(action="dropped", kind=kind, name=name, cascaded=True)


@pytest.mark.parametrize("before", ["", "\n\n-- a comment\n", "select 1;\n"])
def test_the_place_is_the_line_of_the_body(script_of: ScriptOf, before: str) -> None:
    script = script_of(before + BODY)
    seen = [MADE] if before != "select 1;\n" else [Evidence(), MADE]

    finding = _only(replace(trial_of(script, *seen), bodies=(FAULT,)))

    assert finding.place.source_line == "  return (select n);"
    assert finding.place.column == 3
    assert finding.what == '"public.total(uuid, integer)" does not compile: column "n" does not exist (42703)'
    assert finding.fix == "Correct line 3 of its body, or make what it speaks of: select n from contacts"


def test_the_last_statement_that_makes_a_function_is_meant(script_of: ScriptOf) -> None:
    script = script_of(BODY + BODY.replace("create", "create or replace"))

    assert _only(replace(trial_of(script, MADE, MADE), bodies=(FAULT,))).place.line == 6


def test_a_function_that_a_body_makes_is_at_its_statement(script_of: ScriptOf) -> None:
    script = script_of("select 1;\ndo $$ begin\n execute 'create function …';\n\nend $$;")

    assert _only(replace(trial_of(script, Evidence(), MADE), bodies=(FAULT,))).place.line == 2


def test_a_function_of_before_is_where_it_was_broken(script_of: ScriptOf) -> None:
    script = script_of("alter table contacts drop column n;\nalter table contacts add column m int;")
    dropped = ObjectChange(action="dropped", kind="table column", name="public.contacts.n")
    altered = ObjectChange(action="altered", kind="table", name="public.contacts")
    trial = trial_of(script, Evidence(objects=(dropped,)), Evidence(objects=(altered,)))

    assert _only(replace(trial, bodies=(FAULT,))).place.line == 1
    assert _only(replace(trial, bodies=(replace(FAULT, message="is of type text"),))).place.line == 0


def test_one_fault_on_many_tables_is_one_finding(script_of: ScriptOf) -> None:
    bodies = tuple(replace(FAULT, table=f"public.t{number}") for number in range(8))

    finding = _only(replace(trial_of(script_of(BODY), MADE), bodies=bodies))

    assert ' for "public.t0", "public.t1", "public.t2", "public.t3" and 4 more:' in finding.what


def test_the_hint_of_the_server_is_the_fix(script_of: ScriptOf) -> None:
    bodies = (replace(FAULT, hint='Perhaps you meant "contacts.m".', line=0),)
    finding = _only(replace(trial_of(script_of(BODY), MADE), bodies=bodies))

    assert finding.fix == 'Perhaps you meant "contacts.m".'
    assert finding.effect.endswith("refuses its body when it is first reached")


def test_what_is_lost_is_named_with_the_worst_first(script_of: ScriptOf) -> None:
    lost = (_lost("view", "public.v"), _lost("event", "e"), _lost("policy", "members only on public.contacts"))

    finding = _only(trial_of(script_of("drop function f() cascade;"), Evidence(objects=lost)))

    assert (
        finding.what
        == 'CASCADE takes the policy "members only" of public.contacts, the view "public.v" and the event "e"'
    )
    assert finding.effect.startswith("rows are no longer seen")


def test_a_constraint_that_the_release_added_is_no_loss(script_of: ScriptOf) -> None:
    text = "alter table contacts add constraint own foreign key (a) references t (id); drop table t cascade;"
    seen = [Evidence(), Evidence(objects=(_lost("table constraint", "own on public.contacts"),))]

    assert judge(trial_of(script_of(text), *seen)) == ()
    [finding] = judge(trial_of(script_of(text.replace("own", "other")), *seen))
    assert finding.code == "EXE001"


@pytest.mark.parametrize(
    ("sqlstate", "message", "what"),
    [
        ("42P07", 'relation "a" already exists, skipping', 'relation "a" is there already and stays as it is'),
        ("42701", 'column "n" of relation "a" already exists, skipping', 'column "n" of "a" is there already'),
        ("42710", 'statistics object "s" already exists, skipping', 'statistics object "s" is there already'),
        ("42710", 'extension "pgcrypto" already exists, skipping', ""),
        ("42P06", 'schema "app" already exists, skipping', ""),
        ("00000", 'table "contacts" does not exist, skipping', ""),
    ],
)  # fmt: skip
def test_what_was_there_is_named(script_of: ScriptOf, sqlstate: str, message: str, what: str) -> None:
    findings = judge(trial_of(script_of("select 1;"), Evidence(notices=(notice(sqlstate, message),))))

    assert [each.code for each in findings] == (["EXE004"] if what else [])
    assert all(each.what.startswith(what) for each in findings)


def test_a_long_name_is_told_of_once(script_of: ScriptOf) -> None:
    name = "é" * 40
    cut = notice("42622", f'identifier "{name}" will be truncated to "{"é" * 31}"')
    script = script_of(f"create table {name} (id int);\ncomment on table {name} is 'x';")

    finding = _only(trial_of(script, Evidence(notices=(cut,)), Evidence(notices=(cut,))))

    assert (finding.code, finding.place.line, finding.place.column) == ("EXE003", 1, 14)
    assert finding.fix.endswith("this one has 80")


def test_what_a_name_holds_does_not_reach_the_terminal(script_of: ScriptOf) -> None:
    lost = (_lost("view", "public.\x1b[31m"),)

    finding = _only(trial_of(script_of("drop table t cascade;"), Evidence(objects=lost)))

    assert (finding.what + finding.effect).isprintable()
