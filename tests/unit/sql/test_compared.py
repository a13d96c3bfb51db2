"""Columns that conditions and functions look at, and the constants that they compare them with."""

from __future__ import annotations

import pytest

from seatrial.sql.array_text import array_text, elements
from seatrial.sql.compared import compared, compared_in_body

_FORMS = [
    ("(status = 'active'::text)", {"status": ("active",)}),
    ("('active'::text <> m.status)", {"status": ("active",)}),
    ("(role IN ('admin', 'owner'))", {"role": ("admin", "owner")}),
    ("(role = ANY (ARRAY['admin'::text, 'owner'::text]))", {"role": ("admin", "owner")}),
    ("((role)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))", {"role": ("a", "b")}),
    ("(role = ANY ('{admin,\"the owner\",NULL}'::text[]))", {"role": ("admin", "the owner")}),
    ("(role IN ( VALUES ('admin'::text), ('owner'::text)))", {"role": ("admin", "owner")}),
    ("((kind)::text = ('open'::kinds)::text)", {"kind": ("open",)}),
    ("(name ~~ 'A%'::text)", {"name": ("A%",)}),
    ("(deleted_at IS NULL)", {"deleted_at": ()}),
    ("(state IS DISTINCT FROM 'closed'::text)", {"state": ("closed",)}),
    ("(COALESCE(state, 'open'::text) = 'closed'::text)", {"state": ("closed", "open")}),
    ("(lower(role) = 'admin'::text)", {"role": ("admin",)}),
    ("(is_public)", {"is_public": ("true", "false")}),
    ("(NOT m.is_public)", {"is_public": ("true", "false")}),
    ("(is_public IS NOT TRUE)", {"is_public": ("true", "false")}),
    ("(is_public = true)", {"is_public": ("true",)}),
    ("(level >= 3)", {"level": ("3",)}),
    ("(level >= 3 AND level < 5)", {"level": ("3", "5")}),
    ("(array_position(ARRAY['viewer'::text, 'admin'::text], m.role) >= 2)", {"role": ("viewer", "admin")}),
    ("CASE role WHEN 'admin'::text THEN true ELSE is_open END", {"is_open": ("true", "false"), "role": ("admin",)}),
    ("CASE WHEN (role = 'admin'::text) THEN true ELSE false END", {"role": ("admin",)}),
    ("('x'::text = ANY (groups))", {"groups": ("x",)}),
    ("(groups @> ARRAY['x'::text])", {"groups": ("x",)}),
    ("((m.whole).state = 'open'::text)", {"state": ("open",)}),
    ("(user_id = auth.uid())", {"user_id": ()}),
    ("(user_id = ( SELECT auth.uid() AS uid))", {"user_id": ()}),
    ("private.may_read(organization_id)", {"organization_id": ()}),
]


@pytest.mark.parametrize(("expression", "columns"), _FORMS, ids=[form for form, _ in _FORMS])
def test_a_column_has_the_constants_that_it_is_compared_with(expression: str, columns: dict[str, object]) -> None:
    assert compared(expression).columns == columns


def test_sub_selects_joins_and_exists_are_looked_into() -> None:
    found = compared("""(EXISTS ( SELECT 1
       FROM (organization_members m JOIN organizations o ON (((o.id = m.organization_id) AND (o.plan = 'paid'::text))))
      WHERE ((m.user_id = ( SELECT auth.uid() AS uid)) AND (m.status = 'active'::text) AND m.confirmed)))""")

    assert found.columns == {
        "user_id": (), "status": ("active",), "confirmed": ("true", "false"),
        "id": (), "organization_id": (), "plan": ("paid",),
    }  # fmt: skip


def test_what_is_only_selected_beside_others_is_not_looked_at() -> None:
    found = compared_in_body("sql", "select c.full_name, c.email from public.contacts c where c.archived is null")

    assert set(found.columns) == {"archived"}


def test_the_only_column_that_a_helper_gives_back_is_looked_at() -> None:
    assert "role" in compared_in_body("sql", "select role from public.profiles where id = auth.uid()").columns


@pytest.mark.parametrize(
    ("expression", "constants"),
    [
        ("((auth.jwt() -> 'user_metadata'::text) ->> 'org_id'::text) = org::text", ("user_metadata", "org_id")),
        ("(tenant = (current_setting('app.tenant_id'::text, true))::uuid)", ("app.tenant_id",)),
        ("private.has_role('admin') AND private.has_role('admin')", ("admin",)),
        ("(a = ANY ('{x,y}'::text[]))", ("x", "y")),
        ("(a = E'it\\'s')", ("it's",)),
    ],
)
def test_each_string_constant_is_found_once(expression: str, constants: tuple[str, ...]) -> None:
    assert compared(expression).constants == constants


@pytest.mark.parametrize(
    "body", ["select a = 'x'", "RETURN (a = 'x'::text)", "BEGIN ATOMIC\n SELECT (a = 'x'::text);\nEND"]
)
def test_a_sql_body_is_read_in_each_of_its_forms(body: str) -> None:
    assert compared_in_body("sql", body).columns == {"a": ("x",)}


@pytest.mark.parametrize(
    "definition",
    [
        "CREATE FUNCTION public.f()\n RETURNS boolean\n LANGUAGE sql\nAS $function$select a = 'x'$function$\n",
        "CREATE OR REPLACE FUNCTION public.f()\n RETURNS boolean\n LANGUAGE sql\nRETURN (a = 'x'::text)\n",
        "CREATE FUNCTION f() RETURNS boolean LANGUAGE plpgsql AS $$ begin return a = 'x'; end $$",
    ],
)
def test_a_whole_definition_is_read(definition: str) -> None:
    assert compared_in_body("sql", definition).columns == {"a": ("x",)}


def test_plpgsql_is_read_and_variables_hand_over_to_the_columns_they_were_set_from() -> None:
    found = compared_in_body(
        "plpgsql",
        """
declare
    v_role text; v_state text; v_admin boolean;
begin
    -- it's read from the table, 'never' from the token
    select m.role, m.state into strict v_role, v_state from public.members m where m.user_id = auth.uid();
    v_admin := (select p.is_admin from public.profiles p where p.id = auth.uid());
    if v_role not in ('admin', 'owner') or not v_admin then
        raise exception 'no entry for %', v_role using errcode = 'insufficient_privilege';
    end if;
    case v_state when 'open' then null; else return; end case;
    for r in select * from public.items i where i.kind = 'secret' loop
        perform private.note('seen');
    end loop;
    execute 'delete from public.items where stage = ''late''';
end
""",
    )

    expected = {
        "role": ("admin", "owner"),
        "state": ("open",),
        "is_admin": ("true", "false"),
        "kind": ("secret",),
        "stage": ("late",),
    }
    assert expected.items() <= found.columns.items()
    assert "seen" in found.constants
    assert not {"no entry for %", "insufficient_privilege", "never"} & set(found.constants)


@pytest.mark.parametrize(
    "text", ["a ( = 'x'", "begin nonsense if a = 'x'", "not " * 300 + "a = 'x'", "(" * 5000 + "'x'"]
)
def test_of_what_cannot_be_parsed_the_constants_are_found(text: str) -> None:
    for found in (compared(text), compared_in_body("sql", text), compared_in_body("plpgsql", text)):
        assert found.constants == ("x",)


@pytest.mark.parametrize(
    "text", ["", "'", "$$", "\0", "é'", "--", "/*", "select", "a from", "RETURN", "CREATE FUNCTION"]
)
def test_nothing_is_raised_whatever_the_text(text: str) -> None:
    assert compared(text).constants == ()
    for language in ("sql", "plpgsql", "c", "plpython3u"):
        assert compared_in_body(language, text).columns == {}


def test_nested_sub_selects_are_read_in_a_moment() -> None:
    text = "exists (select 1 from t where t.flag and " * 12 + "t.last" + ")" * 12

    assert compared(text).columns == {"flag": ("true", "false"), "last": ("true", "false")}


@pytest.mark.parametrize("values", [(), ("a",), ("a", "b c", 'd"e', "f\\g", "", "NULL", "{h}")])
def test_the_text_of_an_array_is_read_as_it_is_written(values: tuple[str, ...]) -> None:
    assert elements(array_text(values)) == values


@pytest.mark.parametrize("text", ["", "a", "{{a},{b}}", "{a", "{a,,b}", '{"a}'])
def test_what_is_no_array_of_one_dimension_has_no_elements(text: str) -> None:
    assert elements(text) is None
