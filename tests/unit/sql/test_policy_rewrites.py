"""Conditions of policies as they are written anew: calls that are made once, and questions that are turned round."""

from __future__ import annotations

import pytest

from seatrial.sql.helper_list import helper_list
from seatrial.sql.past_policies import with_condition
from seatrial.sql.policy_condition import asked_once, operators_in, renamed
from seatrial.sql.turned_round import turned_round

CALLS = {"auth.uid": "uuid", "auth.jwt": "jsonb", "public.teams": "integer[]", "public.role": "text",
         "current_setting": "text"}  # fmt: skip
HELPER = """CREATE OR REPLACE FUNCTION public.can(team integer, needed text)
 RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path TO ''
AS $function$ {body} $function$"""
LOOK_UP = "SELECT EXISTS (SELECT FROM public.members m WHERE m.user_id = auth.uid() AND m.team_id = team {more})"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("(auth.uid() = user_id)", "(SELECT auth.uid()) = user_id"),
        ("(( SELECT auth.uid() AS uid) = user_id)", "(SELECT auth.uid() AS uid) = user_id"),
        ("(team_id = ANY (public.teams()))", "team_id = ANY((SELECT public.teams())::int[])"),
        ("(NOT (x = ANY (ARRAY[auth.uid(), y])))", "NOT x = ANY(ARRAY[(SELECT auth.uid()), y])"),
        ("(((auth.jwt() ->> 'org'::text))::uuid = org)", "(SELECT (auth.jwt() ->> 'org'::text)::uuid) = org"),
        ("(public.role() = 'admin'::text)", "(SELECT public.role() = 'admin'::text)"),
        ("(lower(email) = (auth.jwt() ->> 'email'))", "lower(email) = (SELECT auth.jwt() ->> 'email')"),
        (
            "(team IN ( SELECT m.team FROM public.members m WHERE (m.user_id = auth.uid())))",
            "team IN (SELECT m.team FROM public.members m WHERE m.user_id = (SELECT auth.uid()))",
        ),
        ("(id IN ( SELECT f.id FROM public.role() f(id)))", "id IN (SELECT f.id FROM public.role() f(id))"),
        ("public.can(team, auth.uid())", "public.can(team, (SELECT auth.uid()))"),
        ("not sql at all (", "not sql at all ("),
        ("", ""),
    ],
)
def test_calls_are_made_once(text: str, written: str) -> None:
    assert asked_once(text, CALLS) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (
            "(EXISTS ( SELECT 1 FROM public.members m WHERE ((m.team = notes.team) AND (m.member = 7))))",
            "notes.team = ANY(ARRAY(SELECT m.team FROM public.members m WHERE m.member = 7))",
        ),
        (
            "EXISTS (SELECT 1 FROM public.members m WHERE m.team = notes.team AND m.member = 7 LIMIT 1)",
            "notes.team = ANY(ARRAY(SELECT m.team FROM public.members m WHERE m.member = 7))",
        ),
        (
            "(7 IN ( SELECT m.member FROM public.members m WHERE (m.team = notes.team))) OR open",
            "notes.team = ANY(ARRAY(SELECT m.team FROM public.members m WHERE m.member = 7)) OR open",
        ),
        (
            "EXISTS (SELECT FROM public.members m JOIN public.roles r ON r.id = m.r WHERE notes.team = m.team AND r.x)",
            "notes.team = ANY(ARRAY(SELECT m.team FROM public.members m JOIN public.roles r ON r.id = m.r WHERE r.x))",
        ),
    ],
)
def test_a_question_about_the_row_becomes_a_list(text: str, written: str) -> None:
    assert turned_round(text, "notes") == written


@pytest.mark.parametrize(
    "text",
    [
        "NOT EXISTS (SELECT FROM public.members m WHERE m.team = notes.team AND m.member = 7)",
        "(EXISTS (SELECT FROM public.members m WHERE m.team = notes.team AND m.member = 7)) IS NOT TRUE",
        "EXISTS (SELECT FROM public.members m WHERE m.team = notes.team)",
        "EXISTS (SELECT FROM public.members m WHERE m.team = notes.team AND m.member = notes.owner)",
        "EXISTS (SELECT FROM public.members m WHERE m.team <= notes.team AND m.member = 7)",
        "EXISTS (SELECT FROM public.members m WHERE m.team = notes.team AND m.member = 7 LIMIT 0)",
        "7 IN (SELECT m.member FROM public.members m WHERE m.team = notes.team LIMIT 1)",
        "owner IN (SELECT m.member FROM public.members m WHERE m.team = notes.team)",
        "EXISTS (SELECT m.team FROM public.members m WHERE m.team = notes.team AND m.x GROUP BY 1 HAVING count(*) > 1)",
        "7 <> ALL (SELECT m.member FROM public.members m WHERE m.team = notes.team)",
        "notes.owner IN (SELECT m.member FROM public.members m WHERE m.team = notes.team)",
        "7 IN (SELECT max(m.member) FROM public.members m WHERE m.team = notes.team)",
        "owner = 7",
    ],
)
def test_what_would_say_something_else_stays(text: str) -> None:
    assert turned_round(text, "notes") is None


def test_a_helper_becomes_a_list_with_the_values_that_it_was_given() -> None:
    definition = HELPER.format(body=LOOK_UP.format(more="AND m.role = needed"))
    found = helper_list(
        "(public.can(team_id, 'admin'::text) OR (owner = auth.uid()))",
        "public.can",
        definition,
        CALLS,
        name="can_of_caller",
    )
    assert found is not None
    assert found.condition == "team_id = ANY(ARRAY(SELECT public.can_of_caller())) OR owner = (SELECT auth.uid())"
    assert "RETURNS SETOF int LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path TO ''" in found.create
    assert (
        "SELECT m.team_id FROM public.members m WHERE m.user_id = (SELECT auth.uid()) AND m.role = 'admin'::text;"
        in (found.create)
    )


def test_a_helper_that_looks_into_a_list_becomes_that_list() -> None:
    body = "SELECT team IN (SELECT m.team_id FROM public.members m WHERE m.user_id = auth.uid())"
    found = helper_list("public.can(team_id, 'a')", "public.can", HELPER.format(body=body), CALLS, name="can_of_caller")
    assert found is not None
    assert "SELECT m.team_id FROM public.members m WHERE m.user_id = (SELECT auth.uid());" in found.create


@pytest.mark.parametrize(
    ("condition", "body"),
    [
        ("public.can(team_id, kind)", LOOK_UP.format(more="AND m.role = needed")),
        ("public.can(team_id, 'a')", LOOK_UP.format(more="OR m.role = needed")),
        ("public.can(team_id, 'a')", LOOK_UP.format(more="") + " AND team > 0"),
        ("public.can(team_id, 'a')", "SELECT 1; " + LOOK_UP.format(more="")),
        ("NOT public.can(team_id, 'a')", LOOK_UP.format(more="")),
        ("public.can(team_id, 'a') AND NOT public.can(team_id, 'b')", "SELECT true"),
        ("(public.can(team_id, 'a') OR public.can(team_id, 'b'))", LOOK_UP.format(more="AND m.role = needed")),
        ("public.can(team_id)", LOOK_UP.format(more="")),
    ],
)
def test_a_helper_that_is_more_than_one_look_up_stays(condition: str, body: str) -> None:
    assert helper_list(condition, "public.can", HELPER.format(body=body), CALLS, name="can_of_caller") is None


def test_a_query_says_itself_what_the_policy_says() -> None:
    query = "SELECT n.id FROM notes n JOIN public.teams t USING (team_id) WHERE n.body LIKE $1"
    assert with_condition(query, "public", "notes", "(owner = 7)") == (
        "SELECT n.id FROM (SELECT * FROM public.notes WHERE owner = 7) n JOIN public.teams t USING (team_id) "
        "WHERE n.body LIKE $1"
    )


@pytest.mark.parametrize(
    "query",
    ["UPDATE notes SET body = ''", "SELECT 1", "WITH notes AS (SELECT 1 AS id) SELECT id FROM notes",
     "SELECT id FROM other.notes", "SELECT FROM WHERE"],
)  # fmt: skip
def test_a_query_that_does_not_read_the_table_stays(query: str) -> None:
    assert with_condition(query, "public", "notes", "owner = 7") is None


def test_operators_and_functions_are_found_by_name() -> None:
    assert operators_in("body ~~ 'a%' AND tags @> '{}' AND a LIKE b") == ("~~", "@>")
    assert renamed("(auth.uid() = owner)", {"auth.uid": "public.Caller"}) == 'public."Caller"() = owner'
