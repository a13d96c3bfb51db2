"""What the rules about locks make of what a small scratch does not show: forecasts, sizes, locks nobody saw."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.unit.rules.trials import FORECAST, lock, rewrite, scan, trial_of, wrote

from seatrial.model.evidence import Evidence, LockMode, ObjectChange
from seatrial.model.trial import Trial
from seatrial.rules.run import judge

if TYPE_CHECKING:
    from tests.unit.rules.conftest import ScriptOf

    from seatrial.model.finding import Finding

ALTERED = (ObjectChange(action="altered", kind="table", name="public.contacts"),)
REWRITE = Evidence(
    locks=(lock("public.contacts"),), rewrites=(rewrite("public.contacts"),), scans=(scan("public.contacts"),),
    objects=ALTERED,
)  # fmt: skip
BRIEF = Evidence(locks=(lock("public.contacts"),), objects=ALTERED)


def _only(trial: Trial) -> Finding:
    [finding] = judge(trial)
    return finding


def _codes(trial: Trial) -> list[str]:
    return [finding.code for finding in judge(trial)]


def test_nothing_seen_nothing_found() -> None:
    assert judge(Trial(statements=())) == ()


def test_a_forecast_says_for_how_long_who_waits(script_of: ScriptOf) -> None:
    script = script_of("alter table contacts alter column n type bigint;")

    finding = _only(trial_of(script, REWRITE, forecast=FORECAST))

    expected = "ACCESS EXCLUSIVE on public.contacts for 38.0–55.0 s at 12,400,000 rows; reads and writes wait"
    assert (finding.code, finding.effect) == ("LCK001", expected)


def test_locks_are_held_to_the_end_of_the_transaction_not_of_the_statement(script_of: ScriptOf) -> None:
    script = script_of("alter table contacts alter column n type bigint;")
    longer = replace(FORECAST, low=90, high=120)

    finding = _only(trial_of(script, REWRITE, forecast=FORECAST, held=longer))

    assert "for 1 min 30 s–2 min 0 s at" in finding.effect


def test_the_safe_way_for_exactly_this_statement_is_the_fix(script_of: ScriptOf) -> None:
    script = script_of("alter table contacts alter column n type bigint;")

    assert _only(trial_of(script, REWRITE, safer="ALTER TABLE …;")).fix == "ALTER TABLE …;"


def test_without_a_target_the_words_say_how_to_learn_the_time(script_of: ScriptOf) -> None:
    finding = _only(trial_of(script_of("alter table contacts alter column n type bigint;"), REWRITE))

    assert "for as long as it takes: nobody knows the target's sizes here" in finding.effect
    assert "--from TARGET" in finding.effect


@pytest.mark.parametrize(
    ("sql", "seen", "code", "effect"),
    [
        ("vacuum full contacts;", Evidence(rewrites=(rewrite("public.contacts"),)), "LCK001", "ACCESS EXCLUSIVE on"),
        (
            "reindex database postgres;",
            Evidence(rewrites=(rewrite("public.contacts_pkey", "index"),), scans=(scan("public.contacts"),)),
            "LCK003",
            "SHARE on public.contacts for",
        ),
    ],
)
def test_a_lock_that_was_gone_before_it_was_seen_is_known_all_the_same(
    script_of: ScriptOf, sql: str, seen: Evidence, code: str, effect: str
) -> None:
    finding = _only(trial_of(script_of(sql), seen))

    assert (finding.code, finding.effect.startswith(effect)) == (code, True)


@pytest.mark.parametrize(
    "sql",
    [
        "update contacts set n = 1 where id = 3;",
        "update contacts set n = (select max(n) from contacts) where id = 3;",
        "with one as (select 3 as id) delete from contacts using one where contacts.id = one.id;",
        "insert into contacts select * from contacts where id = 3;",
        "update other set n = 1;",
        "do $$ begin update contacts set n = 1 where id = 3; end $$;",
        "insert into contacts (id) values (1) on conflict (id) do update set n = 1;",
        "select 'update contacts set n = 1';",
    ],
)
def test_a_change_that_names_a_key_is_never_reported(script_of: ScriptOf, sql: str) -> None:
    """On an empty scratch the planner reads the whole table even for a key."""
    script = script_of(f"set lock_timeout = 100; alter table contacts add column n int; {sql}")
    small = Evidence(scans=(scan("public.contacts"),))
    at_size = Evidence(written=(wrote("public.contacts", 1),))

    assert _codes(trial_of(script, Evidence(), BRIEF, small)) == []
    assert _codes(trial_of(script, Evidence(), BRIEF, small, at_size=at_size)) == []


@pytest.mark.parametrize(
    "sql",
    [
        "update contacts set n = 1;",
        "update only public.contacts as c set n = (select 1 where true);",
        'delete from "contacts" -- where id = 3',
        "with all_of as (select 1 where true) update contacts set n = 1;",
        "do $$ begin if true then update contacts set n = 1; end if; end $$;",
    ],
)
def test_a_change_of_all_rows_is_reported_by_itself(script_of: ScriptOf, sql: str) -> None:
    assert _codes(trial_of(script_of(sql), Evidence(scans=(scan("public.contacts"),)))) == ["LCK006"]


def test_a_condition_that_takes_many_rows_is_seen_at_size(script_of: ScriptOf) -> None:
    text = "set lock_timeout = 100; alter table contacts add column n int; update contacts set n = 1 where m is null;"
    at_size = Evidence(scans=(scan("public.contacts", 10_000),), written=(wrote("public.contacts", 9_000),))
    trial = trial_of(script_of(text), Evidence(), BRIEF, Evidence(scans=(scan("public.contacts"),)), at_size=at_size)

    assert _codes(trial) == ["LCK006"]


def test_a_lock_over_a_query_that_goes_through_another_table_at_size(script_of: ScriptOf) -> None:
    text = "alter table contacts add column n int;\nselect sum(n) from calls where kind = 'a';"
    small, large = Evidence(scans=(scan("public.calls"),)), Evidence(scans=(scan("public.calls", 10_000),))

    assert _codes(trial_of(script_of(text), BRIEF, small)) == ["LCK009"]
    finding = _only(trial_of(script_of(text), BRIEF, small, at_size=large))

    assert (finding.code, finding.place.line) == ("LCK004", 1)
    assert '"public.contacts" stays locked while' in finding.what
    assert '"public.calls" (line 2)' in finding.what


def test_brief_locks_are_one_finding_a_file(script_of: ScriptOf) -> None:
    text = "create policy p on contacts;\nalter table contacts drop column n;\nlock calls in share mode;"
    weaker = lock("public.contacts", LockMode.SHARE_ROW_EXCLUSIVE)
    trial = trial_of(script_of(text), Evidence(locks=(weaker,)), BRIEF, Evidence(locks=(lock("public.calls"),)))

    first, _ = judge(trial)

    assert (first.code, first.place.line) == ("LCK009", 1)
    assert '"public.contacts" (ACCESS EXCLUSIVE, lines 1 and 2) and "public.calls"' in first.what


@pytest.mark.parametrize(
    ("before", "silent"),
    [
        ("set lock_timeout = '2s'", True),
        ("SET SESSION lock_timeout TO 2000", True),
        ("select set_config('lock_timeout', '2s', true)", True),
        ("set lock_timeout = 0", False),
        ("set lock_timeout to default", False),
        ("set statement_timeout = '2s'", False),
        ("comment on table contacts is 'set lock_timeout = 1'", False),
    ],
)
def test_a_limit_to_the_waiting_is_enough_for_a_moment(script_of: ScriptOf, before: str, silent: bool) -> None:  # noqa: FBT001
    trial = trial_of(script_of(f"{before}; alter table contacts add column n int;"), Evidence(), BRIEF)

    assert _codes(trial) == ([] if silent else ["LCK009"])


@pytest.mark.parametrize(("word", "codes"), [("", []), ("local", ["LCK009"])])
def test_a_local_limit_ends_with_its_transaction(script_of: ScriptOf, word: str, codes: list[str]) -> None:
    text = f"set {word} lock_timeout = '2s'; vacuum contacts; alter table contacts add column n int;"
    script = script_of(text)
    first, alone, last = trial_of(script, Evidence(), Evidence(), BRIEF).statements
    trial = Trial(statements=(first, replace(alone, step=2), replace(last, step=3)))

    assert _codes(trial) == codes


def test_the_limit_of_one_file_is_none_of_the_next(script_of: ScriptOf) -> None:
    first = trial_of(script_of("set lock_timeout = '2s';", name="20250122120000_a.sql"))
    second = trial_of(script_of("alter table contacts add column n int;", name="20250122120001_b.sql"), BRIEF)

    assert _codes(Trial(statements=first.statements + second.statements)) == ["LCK009"]


def test_a_lock_of_one_transaction_is_not_held_in_the_next(script_of: ScriptOf) -> None:
    validating = Evidence(
        locks=(lock("public.contacts", LockMode.SHARE_UPDATE_EXCLUSIVE),), scans=(scan("public.contacts"),),
        objects=ALTERED,
    )  # fmt: skip
    text = "alter table contacts validate constraint c;"
    before = trial_of(
        script_of("set lock_timeout = 9; alter table contacts add check (n > 0) not valid;"), Evidence(), BRIEF
    )
    same = trial_of(script_of(f"set lock_timeout = 9; alter table contacts add check (n > 0) not valid; {text}"),
                    Evidence(), BRIEF, Evidence(scans=validating.scans, objects=ALTERED))  # fmt: skip
    later = trial_of(script_of(text, name="20250123000000_b.sql"), validating)

    assert _codes(Trial(statements=before.statements + later.statements)) == []
    assert _codes(same) == ["LCK002"]


def test_an_index_that_if_not_exists_was_content_with(script_of: ScriptOf) -> None:
    script = script_of("select 1;\ncreate index concurrently if not exists contacts_n on contacts (n);")

    finding = _only(trial_of(script, half_made=("index public.contacts_n (INVALID)",)))

    assert (finding.code, finding.place.line) == ("LCK007", 2)
    assert finding.what == 'the index "public.contacts_n" is left INVALID'
    assert finding.fix.startswith("DROP INDEX CONCURRENTLY public.contacts_n;")


def test_a_partition_that_is_half_detached(script_of: ScriptOf) -> None:
    script = script_of("alter table calls detach partition calls_2024 concurrently;")

    finding = _only(trial_of(script, half_made=("partition public.calls_2024 (DETACH PENDING)",)))

    assert (finding.code, finding.place.line) == ("LCK007", 1)
    assert "DETACH PARTITION public.calls_2024 FINALIZE" in finding.fix


def test_what_no_statement_names_is_at_the_file(script_of: ScriptOf) -> None:
    assert _only(trial_of(script_of("select 1;"), half_made=("index public.a (INVALID)",))).place.line == 0
