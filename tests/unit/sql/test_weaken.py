"""Weaker variants of conditions and of functions' sources."""

from __future__ import annotations

import pytest

from seatrial.sql.compared import compared
from seatrial.sql.parse import is_one_query
from seatrial.sql.plpgsql import read_body
from seatrial.sql.weaken import weaker, weaker_body

ROLES = ("viewer", "member", "admin", "owner")

#: As the server writes them, and as people do.
CONDITIONS = [
    "((status = 'active'::text) AND (role = ANY (ARRAY['admin'::text, 'owner'::text])))",
    "(((a = 1) AND (b IS NULL)) AND (EXISTS ( SELECT 1 FROM x WHERE ((auth.uid() = x.u) AND x.ok))))",
    "a between 1 and 2 and b -- why\n and c",
    "not (a or b) and not exists (select from blocked k where k.u = auth.uid() and k.c)",
    "x in (select o.id from o join m on m.o = o.id and m.ok where m.u = auth.uid()) or z",
    "((a).b = 1) AND (é = 'ü'::text) AND (c[1] = 2)",
    "case when a and b then c and d else role in ('admin', 'owner') end",
    "(tenant = (current_setting('app.tenant_id'::text, true))::uuid) AND NOT deleted",
    "a and (b or (c and d)) and interval '1 day' > e",
]


def _changes(expression: str) -> dict[str, str]:
    return {one.change: one.text for one in weaker(expression, ROLES)}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_each_variant_parses_differs_and_comes_in_the_same_order(condition: str) -> None:
    variants = weaker(condition, ROLES)
    texts = [variant.text for variant in variants]

    assert texts[0] == "true"
    assert all(is_one_query(f"SELECT {text}") for text in texts)
    assert condition not in texts
    assert len(set(texts)) == len(texts)
    assert weaker(condition, ROLES) == variants


def test_every_conjunct_is_dropped_and_and_becomes_or() -> None:
    found = weaker("(((status = 'active'::text) AND (user_id = auth.uid())) AND is_open) -- é")

    assert [(one.change, one.text) for one in found] == [
        ("the condition is replaced by true", "true"),
        ("the condition status = 'active' is dropped", "(((true) AND (user_id = auth.uid())) AND is_open) -- é"),
        ("the condition user_id = auth.uid() is dropped", "(((status = 'active'::text) AND (true)) AND is_open) -- é"),
        ("the condition is_open is dropped", "(((status = 'active'::text) AND (user_id = auth.uid())) AND true) -- é"),
        ("AND becomes OR", "(((status = 'active'::text) OR (user_id = auth.uid())) OR is_open) -- é"),
    ]


def test_the_and_of_between_is_none() -> None:
    assert list(_changes("a between 1 and 2 and b").values()) == [
        "true", "true and b", "a between 1 and 2 and true", "a between 1 and 2 OR b",
    ]  # fmt: skip


def test_sub_selects_lose_their_conditions_and_joins_theirs() -> None:
    found = _changes("x in (select o.id from o join m on m.o = o.id where m.u = auth.uid())")

    assert found["the condition m.u = auth.uid() is dropped"].endswith("where true)")
    assert "join m on true where" in found["the condition m.o = o.id is dropped"]


def test_under_not_it_is_or_that_narrows() -> None:
    assert list(_changes("not (a or b)").values()) == ["true", "not (false or b)", "not (a or false)", "not (a AND b)"]
    assert list(_changes("not (a and b)").values()) == ["true"]
    assert list(_changes("not exists (select from k where k.u = 1 and k.c)").values()) == ["true"]
    assert list(_changes("x <> all (select k.u from k where k.a and k.c)").values()) == ["true"]


def test_the_disjuncts_of_an_or_stay() -> None:
    assert list(_changes("a or b")) == ["the condition is replaced by true"]


@pytest.mark.parametrize(
    ("condition", "change", "text"),
    [
        ("role = 'admin'::text", "'admin' becomes 'viewer'", "role = 'viewer'::text"),
        ("f('owner', x)", "'owner' becomes 'viewer'", "f('viewer', x)"),
        ("role in ('admin', 'owner')", "'viewer' is added to 'admin', 'owner'", "role in ('viewer', 'admin', 'owner')"),
        (
            "((r)::text = ANY ((ARRAY['admin'::character varying])::text[]))",
            "'viewer' is added to 'admin'",
            "((r)::text = ANY ((ARRAY['viewer'::character varying, 'admin'::character varying])::text[]))",
        ),
        ("r = any ('{owner}'::text[])", "'viewer' is added to 'owner'", """r = any ('{"viewer","owner"}'::text[])"""),
    ],
)
def test_a_role_is_lowered_or_the_lowest_is_added(condition: str, change: str, text: str) -> None:
    assert _changes(condition)[change] == text


@pytest.mark.parametrize(
    "condition",
    [
        "role = 'viewer'",
        "role in ('viewer', 'admin')",
        "array_position(array['viewer', 'member', 'admin'], role) >= 2",
        "case role when 'viewer' then 1 when 'admin' then 2 end > 1",
        "status = 'active'",
    ],
)
def test_where_the_lowest_role_has_its_place_already_nothing_is_lowered(condition: str) -> None:
    assert list(_changes(condition)) == ["the condition is replaced by true"]


def test_what_a_variant_is_about_is_named() -> None:
    found = {one.change: one.names for one in weaker("private.is_member(t.org) and status = 'open'")}

    assert found["the condition private.is_member(t.org) is dropped"] == {"is_member", "org"}
    assert found["the condition status = 'open' is dropped"] == {"status"}
    assert found["AND becomes OR"] == {"is_member", "org", "status"}


@pytest.mark.parametrize("text", ["a (", "'", "", "not " * 300 + "a", "\0"])
def test_what_cannot_be_parsed_can_still_be_replaced(text: str) -> None:
    assert [one.text for one in weaker(text, ROLES)] == ["true"]
    assert weaker_body("sql", text, ROLES) == ()
    assert weaker_body("plpgsql", text, ROLES) == ()


def test_other_languages_have_no_variants() -> None:
    assert weaker_body("c", "select a and b") == ()


@pytest.mark.parametrize(
    "body",
    [
        "select t.a from t where t.u = auth.uid() and t.ok",
        "BEGIN ATOMIC\n SELECT t.a FROM t WHERE ((t.u = auth.uid()) AND t.ok); -- é\nEND",
        "RETURN (EXISTS ( SELECT 1 FROM t WHERE ((t.u = auth.uid()) AND t.ok)))",
        "-- both and each\nselect 1; delete from t where u = auth.uid() and /* é */ ok;",
    ],
)
def test_a_sql_function_loses_its_conditions_in_each_of_its_forms(body: str) -> None:
    found = {one.change.replace("t.", ""): one.text for one in weaker_body("sql", body)}

    assert {"the condition u = auth.uid() is dropped", "the condition ok is dropped"} <= set(found)
    assert compared(found["the condition ok is dropped"]).constants == compared(body).constants
    assert any("OR" in text and change.startswith("AND becomes OR") for change, text in found.items())


def test_a_sql_function_that_answers_a_question_answers_yes() -> None:
    found = weaker_body("sql", "select coalesce(auth.jwt() -> 'app' = 'true'::jsonb, false) -- by token")

    assert [one.text for one in found] == ["select true -- by token"]


BODY = """
#variable_conflict use_column
<<outer>>
declare
    found_role text; /* it's "é" */ n int := 1;
begin
    perform private.require_member(p_org, 'admin');  -- check; and go on
    if auth.uid() is null or not private.is_member(p_org) then
        raise exception 'no % for you; end if;', p_org using errcode = '42501', hint = 'ask and wait';
    end if;
    begin
        select m.role, count(*) into strict found_role, n from public.members m
         where m.user_id = auth.uid() and m.status = $q$it's$q$ group by 1;
    exception when no_data_found then
        raise exception 'nobody';
    end;
    if found_role = 'a' then
        null;
    elsif found_role = 'b' then
        raise notice 'seen'; raise insufficient_privilege;
    else
        raise exception 'never';
    end if;
    assert n > 0, 'none';
    while n < 10 and n > 0 loop n := n + 1; end loop;
    return query select * from public.items i where i.owner = auth.uid() and i.open;
end outer
"""


def _of_body(change: str) -> str:
    return next(one.text for one in weaker_body("plpgsql", BODY, ROLES) if one.change == change)


@pytest.mark.parametrize(
    ("change", "old", "new"),
    [
        ("the call of require_member is removed", "perform private.require_member(p_org, 'admin');", "null;"),
        ("'admin' becomes 'viewer'", "p_org, 'admin'", "p_org, 'viewer'"),
        ("the condition auth.uid() is null is dropped", "if auth.uid() is null or", "if false or"),
        ("the refusal after found_role = 'b' is removed", "raise insufficient_privilege;", "null;"),
        ("the condition found_role = 'b' becomes false", "elsif found_role = 'b'", "elsif false"),
        ("the refusal under ELSE is removed", "raise exception 'never';", "null;"),
        ("the assertion n > 0 is removed", "assert n > 0, 'none';", "null;"),
        ("the condition m.user_id = auth.uid() is dropped", "m.user_id = auth.uid() and", "true and"),
        ("the condition m.status = $q$it's$q$ is dropped", "m.status = $q$it's$q$", "true"),
        ("AND becomes OR after i.owner = auth.uid()", "auth.uid() and i.open", "auth.uid() OR i.open"),
    ],
)
def test_one_place_of_a_plpgsql_body_changes_and_the_rest_stays(change: str, old: str, new: str) -> None:
    assert BODY.count(old) == 1
    assert _of_body(change) == BODY.replace(old, new)


def test_an_if_that_only_raises_is_removed_as_a_whole() -> None:
    changed = _of_body("the check IF auth.uid() is null or not private.is_member(p_org) is removed")

    start, end = BODY.index("    if auth.uid()"), BODY.index("    begin\n")
    assert changed == BODY[:start] + "    null;\n" + BODY[end:]


def test_every_variant_of_a_body_can_be_read_and_no_loop_becomes_endless() -> None:
    variants = weaker_body("plpgsql", BODY, ROLES)

    assert len({variant.text for variant in variants}) == len(variants)
    for variant in variants:
        read_body(variant.text)
        assert "while n < 10 and n > 0 loop" in variant.text


@pytest.mark.parametrize(
    ("statements", "changes"),
    [
        ("if not private.is_admin() then return; end if;", {"the check IF not private.is_admin() is removed"}),
        ("if a = b then return; end if;", set()),
        ("if private.is_admin() then n := 1; end if;", {"the condition private.is_admin() becomes true"}),
        ("call private.verify_caller();", {"the call of verify_caller is removed"}),
        ("perform pg_notify('a', 'b');", set()),
        ("perform 1 from t where u = 1;", {"the condition u = 1 is dropped"}),
        ("allowed := exists (select 1 from t);", {"the condition exists (select 1 from t) is replaced by true"}),
        ("case when f(x) then raise exception 'a'; else null; end case;", {
            "the refusal after f(x) is removed", "the condition f(x) becomes false"}),
        ("insert into log values ('admin'); update t set role = 'owner';", set()),
        ("raise notice '%', a and b;", set()),
    ],
)  # fmt: skip
def test_what_turns_a_caller_away_is_a_check(statements: str, changes: set[str]) -> None:
    assert {one.change for one in weaker_body("plpgsql", f"begin {statements} end", ROLES)} == changes
