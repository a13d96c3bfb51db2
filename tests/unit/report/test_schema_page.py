"""The schema page: policies and rights in words, and nothing in a comment that breaks out of its place."""

from __future__ import annotations

import pytest

from seatrial.model.reference import (
    ColumnPrivilege,
    Reference,
    ReferenceColumn,
    ReferenceFunction,
    ReferenceIndex,
    ReferenceKey,
    ReferencePolicy,
    ReferenceTable,
    ReferenceTrigger,
)
from seatrial.model.workload import WorkloadQuery
from seatrial.report.schema_page.access import callers, grants, policy
from seatrial.report.schema_page.cells import code, paragraph, title, words
from seatrial.report.schema_page.condition import in_words
from seatrial.report.schema_page.page import schema_page

MINE = "(organization_id = ANY (( SELECT private.mine('viewer'::text) AS mine)::uuid[]))"
MEMBER = (
    "(EXISTS ( SELECT 1\n   FROM public.members m\n  WHERE ((m.organization_id = notes.organization_id) "
    "AND (m.user_id = ( SELECT auth.uid() AS uid)))))"
)


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("true", "without a condition"),
        ("(user_id = auth.uid())", "whose `user_id` is their own user id"),
        ("(( SELECT auth.uid() AS uid) = user_id)", "whose `user_id` is their own user id"),
        (MINE, "whose `organization_id` is among `private.mine('viewer')`"),
        ("(organization_id IN ( SELECT my_organizations() AS my_organizations))",
         "whose `organization_id` is among `my_organizations()`"),
        ("((id >= ( SELECT private.lowest() AS lowest)) AND (id <= 'ff'::uuid))",
         "whose `id` is at least `private.lowest()` and whose `id` is at most `'ff'`"),
        ("private.is_member(organization_id)", "if `private.is_member(organization_id)` says so"),
        ("( SELECT private.is_admin() AS is_admin)", "if `private.is_admin()` says so"),
        ("(organization_id = ((auth.jwt() ->> 'org_id'::text))::uuid)",
         "whose `organization_id` is the claim `org_id` of their token"),
        ("(((auth.jwt() -> 'app_metadata'::text) ->> 'super_admin'::text) = 'true'::text)",
         "if the claim `app_metadata.super_admin` of their token is `'true'`"),
        ("(tenant_id = (current_setting('app.tenant'::text, true))::uuid)",
         "whose `tenant_id` is the setting `app.tenant` of the session"),
        ("(status = 'pending'::text)", "whose `status` is `'pending'`"),
        ("(deleted_at IS NULL)", "whose `deleted_at` is null"),
        ("is_public", "whose `is_public` is true"),
        (MEMBER, "if `public.members` has a row with their user id in `user_id` that fits the condition"),
        (f"({MINE} AND (user_id = auth.uid()))",
         "whose `organization_id` is among `private.mine('viewer')` and whose `user_id` is their own user id"),
        ("((is_public OR (user_id = auth.uid())) AND (status = 'open'::text))",
         "(whose `is_public` is true, or whose `user_id` is their own user id) and whose `status` is `'open'`"),
        ("(length(title) > 3)", "where `length(title) > 3` holds"),
        ("((a) = ' AND '::text)", "where `(a) = ' AND '` holds"),
    ],
)  # fmt: skip
def test_a_condition_is_said_as_far_as_its_shape_says_it(condition: str, said: str) -> None:
    assert in_words(condition) == said


def made(command: str, *, using: str = "", check: str = "", permissive: bool = True) -> ReferencePolicy:
    return ReferencePolicy(
        name="p", command=command, permissive=permissive, roles=("authenticated",), using=using, check=check
    )


OWN = "(user_id = auth.uid())"
OPEN = "(status = 'open'::text)"


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (made("SELECT", using=OWN), "may read rows whose `user_id` is their own user id."),
        (made("INSERT", check=OWN), "may add rows whose `user_id` is their own user id."),
        (made("UPDATE", using=OWN),
         "may change rows whose `user_id` is their own user id, before and after the change."),
        (made("UPDATE", using=OWN, check=OWN),
         "may change rows whose `user_id` is their own user id, before and after the change."),
        (made("UPDATE", using=OWN, check=OPEN),
         ("may change rows whose `user_id` is their own user id; "
         "a new or changed row is one whose `status` is `'open'`.")),
        (made("ALL", using=OWN),
         "may read, add, change or delete rows whose `user_id` is their own user id, old and new."),
        (made("DELETE", using=OWN, permissive=False),
         "may, of what other policies allow, only delete rows whose `user_id` is their own user id."),
    ],
)  # fmt: skip
def test_a_policy_says_who_may_do_what_with_which_rows(found: ReferencePolicy, said: str) -> None:
    assert policy(found) == f"A signed-in user (`authenticated`) {said}"


def test_rights_name_columns_where_they_are_not_on_all() -> None:
    table = ReferenceTable(
        schema="public", name="notes", kind="table",
        privileges=(("authenticated", ("SELECT",)), ("reports", ("SELECT", "TRUNCATE"))),
        column_privileges=(ColumnPrivilege(role="authenticated", privilege="UPDATE", columns=("title", "body")),),
    )  # fmt: skip
    assert grants(table) == [
        "A signed-in user (`authenticated`) may read rows; change `title` and `body`.",
        "The role `reports` may read rows; empty the table.",
    ]


@pytest.mark.parametrize(
    ("roles", "trigger", "said"),
    [
        (("PUBLIC",), False, "anybody"),
        ((), False, "nobody but its owner"),
        (("anon", "reports"), False, "somebody who is not signed in (`anon`) and the role `reports`"),
        (("PUBLIC",), True, "triggers only"),
    ],
)
def test_who_may_call_a_function(roles: tuple[str, ...], trigger: bool, said: str) -> None:  # noqa: FBT001 - a case
    function = ReferenceFunction(
        schema="public", name="f", arguments="", returns="integer", language="sql", security_definer=False,
        callers=roles, is_trigger=trigger,
    )  # fmt: skip
    assert callers(function) == said


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a | b\n| c", r"a \| b \| c"),
        ("<script>alert(1)</script> & more", "&lt;script>alert(1)&lt;/script> &amp; more"),
        ("see [here](javascript:x)", r"see \[here\](javascript:x)"),
        ("`code` stays", "`code` stays"),
    ],
)
def test_a_comment_does_not_break_out_of_a_cell(text: str, shown: str) -> None:
    assert words(text) == shown


@pytest.mark.parametrize(("text", "shown"), [("# one", r"\# one"), ("- one", r"\- one"), ("1. one", r"1\. one")])
def test_a_comment_that_begins_a_line_is_a_sentence(text: str, shown: str) -> None:
    assert paragraph(text) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ('public."<script>alert(1)</script>"', 'public."&lt;script>alert(1)&lt;/script>"'),
        ('public."a\n# b"', 'public."a # b"'),
        ('public."`a` *b* [c](d)"', r'public."\`a\` \*b\* \[c\](d)"'),
        ("public._of_all", r"public.\_of_all"),
    ],
)
def test_a_name_does_not_break_out_of_a_heading(name: str, shown: str) -> None:
    assert title(name) == shown


def test_headings_are_escaped_and_links_lead_to_them() -> None:
    nasty = '"<script>alert(1)</script>\nx"'
    tables = (
        ReferenceTable(schema="a", name=nasty, kind="table"),
        ReferenceTable(schema="a", name='"b c"', kind="table"),
        ReferenceTable(
            schema="a", name='"b-c"', kind="table",
            columns=(ReferenceColumn(name="id", type="uuid", nullable=False),),
            foreign_keys=(ReferenceKey(name="k", columns=("id",), parent='a."b-c"', parent_columns=("id",)),),
        ),
    )  # fmt: skip
    function = ReferenceFunction(
        schema="a", name=nasty, arguments="", returns="", language="sql", security_definer=False, callers=()
    )
    page = schema_page(Reference(tables=tables, functions=(function,)), name="Club")

    shown = 'a."&lt;script>alert(1)&lt;/script> x"'
    assert page.count(f"\n### {shown}\n") == 2
    assert f"| [{shown}](#ascriptalert1script-x) |" in page
    assert '| [a."b c"](#ab-c) |' in page
    # The name of the second of two headings that are alike is numbered.
    assert '| [a."b-c"](#ab-c-1) |' in page
    assert '→ [a."b-c"](#ab-c-1) |' in page
    assert not [line for line in page.splitlines() if line.startswith("#") and "<" in line]


@pytest.mark.parametrize(
    ("spelled", "name", "is_it"),
    [
        ("notes_idx", "notes_idx", True),
        ("public.notes_idx", "notes_idx", True),
        ('"notes_idx"', "notes_idx", True),
        ('public."Notes.Idx"', '"Notes.Idx"', True),
        ('"public"."Notes.Idx"', '"Notes.Idx"', True),
        ("Notes.Idx", '"Notes.Idx"', True),
        ("NOTES_IDX", "notes_idx", True),
        ("Notes_Idx", '"Notes_Idx"', True),
        ('"NOTES_IDX"', "notes_idx", False),
        ("private.notes_idx", "notes_idx", False),
        ("notes", "notes_idx", False),
        ("a.b.notes_idx", "notes_idx", False),
        ("", "notes_idx", False),
    ],
)
def test_the_index_of_a_query_is_known_by_its_spellings(spelled: str, name: str, is_it: bool) -> None:  # noqa: FBT001
    query = WorkloadQuery(name="notes_of", role="authenticated", claims={}, sql="select 1", index=spelled)
    assert query.asks_for(name, "public") is is_it


def test_a_query_whose_index_is_nowhere_is_named() -> None:
    index = ReferenceIndex(name='"Idx"', unique=False, constraint=False, definition="")
    table = ReferenceTable(schema="public", name="notes", kind="table", indexes=(index,))
    queries = [
        WorkloadQuery(name=name, role="member", claims={}, sql="select 1", index=spelled)
        for name, spelled in (("found", 'public."Idx"'), ("astray", "public.idx_gone"), ("free", ""))
    ]
    page = schema_page(Reference(tables=(table,)), name="Club", queries=queries)

    assert "`found` as `member`: `select 1`" in page
    assert page.endswith(
        "## Queries of the workload without their index\n\n"
        "- `astray` asks for `public.idx_gone`: no index of that name.\n"
    )


def test_code_with_backticks_and_bars_stays_code() -> None:
    assert code("a `b` | c") == r"`` a `b` \| c ``"


def test_a_page_tells_keys_indexes_with_their_queries_triggers_and_definers() -> None:
    column = ReferenceColumn(name="organization_id", type="uuid", nullable=False, comment="Whose it is.")
    notes = ReferenceTable(
        schema="public", name="notes", kind="table", comment="What people write down.", columns=(column,),
        primary_key=("organization_id",), row_security=True,
        foreign_keys=(ReferenceKey(name="k", columns=("organization_id",), parent="public.organizations",
                                   parent_columns=("id",)),),
        indexes=(ReferenceIndex(name="notes_idx", unique=False, constraint=False,
                                definition="CREATE INDEX notes_idx ON public.notes USING btree (organization_id)"),),
        triggers=(ReferenceTrigger(name="touch", definition="CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON "
                                   "public.notes FOR EACH ROW EXECUTE FUNCTION private.touch()"),),
    )  # fmt: skip
    parent = ReferenceTable(schema="public", name="organizations", kind="table")
    function = ReferenceFunction(
        schema="private", name="touch", arguments="", returns="trigger", language="plpgsql", security_definer=True,
        callers=(), is_trigger=True, comment="Sets the time.",
    )  # fmt: skip
    query = WorkloadQuery(name="notes_of", role="authenticated", claims={}, sql="select 1", index="public.notes_idx")

    page = schema_page(
        Reference(tables=(notes, parent), functions=(function,)), name="Club", queries=(query,), diagram="erDiagram"
    )

    assert page.startswith("<!-- Generated by `seatrial docs`")
    assert "2 tables, 0 views and 1 function in the schemas `private` and `public`" in page
    assert "```mermaid\nerDiagram\n```" in page
    assert (
        "| `organization_id` | `uuid` | not null |  | primary, → [public.organizations](#publicorganizations) |" in page
    )
    assert "| `notes_idx` | `btree (organization_id)` | `notes_of` as `authenticated`: `select 1` |" in page
    assert "- `touch`: before INSERT or UPDATE, for each row, runs `private.touch()`" in page
    assert "without a policy: only roles that bypass it reach a row." in page
    assert "Row-level security is **off**" in page
    assert "- **Security definer**" in page
    assert "*No comment.*" in page
