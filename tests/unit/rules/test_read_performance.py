"""What the pages of the rules about plans and habits would be too long for: above all, where they are silent."""

from __future__ import annotations

import pytest
from tests.unit.rules.reading import hits

from seatrial.rules.performance.wrapping import conjuncts, wrapped

CALLER = "nullif(current_setting('app.user', true), '')::uuid"
MEMBERS = "create table public.members (team uuid, caller uuid, role text, primary key (caller, team));\n"
NOTES = (
    "create table public.notes (id uuid primary key, team uuid, caller uuid, body text);\n"
    "create index notes_team on public.notes (team); create index notes_caller on public.notes (caller);\n"
    "alter table public.notes enable row level security;\n"
)


def found(*texts: str) -> list[tuple[str, str]]:
    """Code and fix."""
    return [(code, hit.fix) for code, hit in hits(*texts, families=("PRF", "HYG"))]


def policy(condition: str) -> str:
    return f"create policy own on public.notes for select using ({condition});"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = auth.uid()", "a = (select auth.uid())"),
        ("a = (SELECT auth.uid())", "a = (SELECT auth.uid())"),
        ("my.auth.uid() = a", "my.auth.uid() = a"),
        ("a = 'auth.uid()'", "a = 'auth.uid()'"),
        ("a = auth.uid() OR b = auth.uid()", "a = (select auth.uid()) OR b = (select auth.uid())"),
    ],
)
def test_calls_are_wrapped_where_they_are_calls(text: str, expected: str) -> None:
    assert wrapped(text, {"auth.uid": ""}) == expected


def test_an_array_gets_its_type_again_behind_any() -> None:
    assert wrapped("a = ANY(mine(')'))", {"mine": "uuid[]"}) == "a = ANY((select mine(')'))::uuid[])"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a = 1 AND (b OR c) AND d = 'x and y'", ["a = 1", "(b OR c)", "d = 'x and y'"]),
        ("a = 1 OR b AND c", ["a = 1 OR b AND c"]),
        ("a BETWEEN 1 AND 2", ["a BETWEEN 1 AND 2"]),
    ],
)
def test_only_and_at_the_top_cuts_a_condition(text: str, parts: list[str]) -> None:
    assert conjuncts(text) == parts


@pytest.mark.parametrize("behind", [" limit 1", " group by m.team", " or m.role = 'admin'"])
def test_a_sub_select_that_is_more_than_a_look_up_is_not_turned_round(behind: str) -> None:
    inside = f"select m.team from public.members m where m.team = notes.team and m.caller = (select {CALLER}){behind}"

    [(code, fix)] = found(MEMBERS + NOTES + policy(f"exists ({inside})"))

    assert code == "PRF006"
    assert fix.startswith("--")


def test_two_sub_selects_are_not_taken_for_one() -> None:
    one = f"exists (select 1 from public.members m where m.team = notes.team and m.caller = (select {CALLER}))"

    [(code, fix)] = found(MEMBERS + NOTES + policy(f"{one} and {one}"))

    assert (code, fix[:2]) == ("PRF006", "--")


@pytest.mark.parametrize("more", ["or role = 'admin'", "and role = 'admin'", "and role is not null"])
def test_a_helper_that_asks_more_is_not_turned_round(more: str) -> None:
    body = f"select exists (select from public.members where team = wanted and caller = {CALLER} {more})"
    helper = (
        f"create function public.sees(wanted uuid) returns boolean language sql stable parallel safe as $$ {body} $$;"
    )

    [(code, fix)] = found(MEMBERS + NOTES + helper + policy("public.sees(team)"))

    assert code == "PRF005"
    assert "…" in fix


def test_a_helper_without_an_answer_for_a_row_is_no_fix_for_its_opposite() -> None:
    body = f"select exists (select from public.members where team = wanted and caller = {CALLER})"
    helper = (
        f"create function public.sees(wanted uuid) returns boolean language sql stable parallel safe as $$ {body} $$;"
    )

    [(code, fix)] = found(MEMBERS + NOTES + helper + policy("not public.sees(team)"))

    assert code == "PRF005"
    assert "…" in fix


def test_the_membership_is_looked_up_by_its_key_where_both_columns_are_asked() -> None:
    members = "create table public.members (team uuid, caller uuid, primary key (team, caller));\n"
    both = f"select m.team from public.members m where m.caller = (select {CALLER}) and m.team = (select {CALLER})"

    assert found(members + NOTES + policy(f"team = any (array({both}))")) == []


def test_a_join_is_no_look_up_by_the_caller() -> None:
    members = "create table public.members (team uuid, caller uuid, primary key (team, caller));\n"
    teams = "create table public.teams (id uuid primary key);\n"
    join = f"select t.id from public.teams t join public.members m on m.team = t.id where m.caller = (select {CALLER})"

    [(code, fix)] = found(members + teams + NOTES + policy(f"team = any (array({join}))"))

    assert code == "PRF002"
    assert "public.members (caller)" in fix


def test_without_row_security_a_policy_costs_nothing() -> None:
    assert found(NOTES.replace("enable", "disable") + policy(f"body = {CALLER}::text")) == []


def test_a_second_policy_that_is_a_leak_is_not_called_slow() -> None:
    own, all_of_them = (
        policy(f"caller = (select {CALLER})"),
        "create policy more on public.notes using (body is not null);",
    )

    assert [code for code, _ in found(NOTES + own + all_of_them)] == []


def test_a_fix_for_two_policies_says_both() -> None:
    own = policy(f"caller = (select {CALLER})")
    support = (
        "create policy b on public.notes for select using ((select current_setting('app.role', true)) = 'support');"
    )

    [(code, fix)] = found(NOTES + own + support)

    assert code == "PRF008"
    assert " or ((SELECT current_setting('app.role', true)) = 'support'));" in fix
    assert fix.endswith("drop policy b on public.notes;")


def test_an_index_in_another_order_is_another_index() -> None:
    made = "create index a on public.notes (team, body desc); create index b on public.notes (team, body);"

    assert [fix for code, fix in found(NOTES + made) if code == "PRF012"] == []


def test_null_in_text_is_no_comparison_with_null() -> None:
    assert found(NOTES + "update public.notes set body = null where body = 'null' or team is null;") == []


def test_a_list_that_leaves_null_out_is_a_good_list() -> None:
    kept = "select team from public.members where role not in (select body from public.notes where body is not null);"

    assert found(MEMBERS + NOTES + kept) == []
