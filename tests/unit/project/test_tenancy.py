"""`[tenancy]`: read into one record, written back by the same words, and refused where it contradicts itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from seatrial.errors import CannotRun
from seatrial.model.tenancy import Claim, Shared, SuperAdministrator, TableRule, Tenancy
from seatrial.project.release import read_release
from seatrial.project.settings import read_settings, settings_of
from seatrial.project.tenancy import tenancy_of
from seatrial.project.tenancy_text import tenancy_lines

if TYPE_CHECKING:
    from pathlib import Path

MEMBERS = """
[tenancy.membership]
table = "public.members"
tenant = "org"
user = "who"
role = "role"
roles = ["viewer", "admin"]
"""
BASE = f'[tenancy]\ntenant_table = "public.orgs"\n{MEMBERS}'


def read(folder: Path, text: str, platform: str = "supabase") -> Tenancy:
    path = folder / "seatrial.toml"
    path.write_text(text, encoding="utf-8")
    settings = read_settings(path).tenancy
    assert settings
    return tenancy_of(settings, platform, path)


def refused(folder: Path, text: str, platform: str = "supabase") -> CannotRun:
    with pytest.raises(CannotRun) as found:
        read(folder, text, platform)
    assert found.value.where.startswith(str(folder / "seatrial.toml"))
    assert found.value.fix
    assert found.value.why
    return found.value


def test_the_tenancy_of_the_shipped_release(repository: Path) -> None:
    tenancy = read_release(repository).tenancy
    assert tenancy
    assert tenancy.roles == ("viewer", "member", "admin", "owner")
    assert (tenancy.anonymous_role, tenancy.signed_in_role, tenancy.service_role) == (
        "anon", "authenticated", "service_role",
    )  # fmt: skip
    assert tenancy.tables["public.automation_requests"] == TableRule(
        table="public.automation_requests", tenant="organization_id", select="viewer", insert="member",
        insert_only={"requested_by": "self", "status": "pending"},
    )  # fmt: skip
    assert tenancy.super_administrator == SuperAdministrator(claim="app_metadata.super_admin", equals=True)
    assert [one.name for one in tenancy.shared] == ["public.integration_types"]
    assert not tenancy.inferred


def test_a_folder_that_declares_none_has_none(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "seatrial.toml").tenancy is None


def test_everything_that_can_be_declared(tmp_path: Path) -> None:
    tenancy = read(
        tmp_path,
        """
[tenancy]
inferred = true
tenant_table = 'public."Orgs"'
tenant_key = "key"
anonymous_role = ""
signed_in_role = "app"
service_role = "worker"
user_claim = "uid"
user_setting = "app.user_id"
[tenancy.claim]
setting = "app.tenant_id"
role = "app.role"
roles = ["reader", "writer"]
many = true
[tenancy.tables."public.boxes"]
through = "org"
insert = "writer"
insert_only = { is_new = true, level = 1 }
[[tenancy.shared]]
function = "public.plans()"
select = "anyone"
why = "Prices are no secret."
[tenancy.functions."public.search(uuid, text)"]
arguments = { p_query = "'x'" }
""",
        "postgres",
    )
    assert tenancy == Tenancy(
        tenant_table='public."Orgs"', tenant_key="key", inferred=True,
        anonymous_role="", signed_in_role="app", service_role="worker", user_claim="uid", user_setting="app.user_id",
        claim=Claim(setting="app.tenant_id", role="app.role", roles=("reader", "writer"), many=True),
        tables={
            "public.boxes": TableRule(
                table="public.boxes", through="org", insert="writer", insert_only={"is_new": "true", "level": "1"}
            )
        },
        shared=(Shared(name="public.plans()", select="anyone", why="Prices are no secret."),),
        arguments={"public.search(uuid, text)": {"p_query": "'x'"}},
    )  # fmt: skip


def test_what_is_written_is_read_again(repository: Path, tmp_path: Path) -> None:
    declared = read_release(repository).tenancy
    assert declared
    strange = 'public."a""b\\c\x7fd"'
    for platform, tenancy in (
        ("supabase", declared),
        ("postgres", replace(declared, inferred=True, user_setting="app.user", arguments={"public.f()": {"x": "1"}})),
        ("supabase", replace(declared, tables={strange: TableRule(table=strange, tenant="a # b", select="viewer")})),
    ):
        lines = tenancy_lines(tenancy, platform=platform, reasons={"tenant_table": "because\n[x]"}, unsure=["a\nb"])
        settings = settings_of("\n".join(lines), tmp_path).tenancy
        assert settings
        assert tenancy_of(settings, platform, tmp_path) == tenancy


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ('only = "gone is null"', {"select": "gone is null"}),
        ('only = { update = "who <> {user}" }', {"update": "who <> {user}"}),
    ],
)
def test_a_condition_on_own_rows_is_for_all_actions_or_for_some(
    text: str, only: dict[str, str], tmp_path: Path
) -> None:
    tenancy = read(tmp_path, f'{BASE}{TABLE}tenant = "org"\nselect = "viewer"\n{text}\n')
    assert tenancy.tables["public.boxes"].only == only
    lines = tenancy_lines(tenancy, platform="supabase", reasons={})
    assert text.replace("update =", '"update" =') in lines
    assert read(tmp_path, "\n".join(lines)) == tenancy


def test_an_inferred_one_says_so_first_with_its_reasons(tmp_path: Path) -> None:
    tenancy = replace(read(tmp_path, BASE), inferred=True)
    lines = tenancy_lines(tenancy, platform="supabase", reasons={"membership.roles": "as their names tell"})
    assert lines[:2] == [
        "[tenancy]",
        "inferred = true # remove this line when you have read it; until then it can fail a release, but not pass it",
    ]
    assert 'roles = ["viewer", "admin"] # as their names tell' in lines
    assert not any("anon" in line or "authenticated" in line for line in lines), "the platform says that"


def test_a_platform_has_its_usual_roles(tmp_path: Path) -> None:
    text = BASE.replace("\n[", '\nsigned_in_role = "app"\n[', 1)
    tenancy = read(tmp_path, text, "postgres")
    assert (tenancy.anonymous_role, tenancy.signed_in_role, tenancy.service_role) == ("", "app", "")
    assert refused(tmp_path, BASE, "postgres").code == "settings.tenancy-signed-in-role"


TABLE = '[tenancy.tables."public.boxes"]\n'


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        pytest.param(f'{BASE}{TABLE}tenant = "org"\nselect = "boss"\n', "settings.tenancy-role",
                     'tenancy.tables."public.boxes".select', id="no such role"),
        pytest.param(f'{BASE}{TABLE}tenant = "org"\nupdate = "self"\n', "settings.tenancy-self",
                     'tenancy.tables."public.boxes".update', id="self without a user"),
        pytest.param(f'{BASE}{TABLE}tenant = "org"\nthrough = "box"\n', "settings.tenancy-two-tenants",
                     'tenancy.tables."public.boxes"', id="tenant and through"),
        pytest.param(f'{BASE}{TABLE}tenant = "org"\noptional = true\n', "settings.tenancy-optional",
                     'tenancy.tables."public.boxes".optional', id="optional with an owner"),
        pytest.param(f'{BASE}{TABLE}delete = "admin"\n', "settings.tenancy-nobodys",
                     'tenancy.tables."public.boxes"', id="nobody's rows"),
        pytest.param(f'{BASE}{TABLE}tenant = "org"\nsuper_administrator = ["select"]\n',
                     "settings.tenancy-no-super-administrator", 'tenancy.tables."public.boxes".super_administrator',
                     id="no super administrator"),
        pytest.param('[tenancy]\ntenant_table = "public.orgs"\n', "settings.tenancy-no-members", "tenancy",
                     id="neither membership nor claim"),
        pytest.param(BASE.replace('"viewer", "admin"', '"viewer", "admin", "viewer"'), "settings.tenancy-roles",
                     "tenancy.membership.roles", id="a role cycle"),
        pytest.param(BASE.replace('"viewer", "admin"', '"self", "admin"'), "settings.tenancy-roles",
                     "tenancy.membership.roles", id="a reserved role"),
        pytest.param(BASE.replace('roles = ["viewer", "admin"]\n', ""), "settings.tenancy-roles-unknown",
                     "tenancy.membership.roles", id="a role without roles"),
        pytest.param(f'{BASE}state = "status"\n', "settings.tenancy-state", "tenancy.membership", id="no active state"),
        pytest.param(f'{BASE}state = "s"\nactive = ["a"]\ninactive = ["a"]\n', "settings.tenancy-state",
                     "tenancy.membership", id="a state that is both"),
        pytest.param(BASE.replace("public.members", "public.orgs"), "settings.tenancy-cycle",
                     "tenancy.membership.table", id="a membership cycle"),
        pytest.param(BASE.replace("public.orgs", "orgs"), "settings.tenancy-name", "tenancy.tenant_table",
                     id="no schema"),
        pytest.param(f'{BASE}[tenancy.tables."public.Boxes"]\n', "settings.tenancy-name",
                     'tenancy.tables."public.Boxes"', id="a capital without quotes"),
        pytest.param(f'{BASE}[tenancy.functions."public.f"]\narguments = {{}}\n', "settings.tenancy-name",
                     'tenancy.functions."public.f"', id="a function without types"),
        pytest.param(f'{BASE}{TABLE}tenant = "org"\n[[tenancy.shared]]\ntable = "public.boxes"\nwhy = "x"\n',
                     "settings.tenancy-twice", "tenancy.shared", id="owned and shared"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_named(text: str, code: str, place: str, tmp_path: Path) -> None:
    error = refused(tmp_path, text)
    assert (error.code, error.where) == (code, f"{tmp_path / 'seatrial.toml'}: {place}")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param("[tenancy]\n", "tenancy.tenant_table", id="no table of tenants"),
        pytest.param(f'{BASE}{TABLE}tenent = "org"\n', "tenancy.tables.public.boxes.tenent", id="misspelt"),
        pytest.param(f"{BASE}{TABLE}super_administrator = ['truncate']\n",
                     "tenancy.tables.public.boxes.super_administrator.0", id="no action"),
        pytest.param(f'{BASE}{TABLE}tenant = "org"\nonly = {{ read = "true" }}\n',
                     "tenancy.tables.public.boxes.only.read.[key]", id="a condition for no action"),
        pytest.param(f'{BASE}[tenancy.claim]\npath = "a"\nsetting = "b.c"\n', "tenancy.claim", id="two claims"),
        pytest.param(f'{BASE}[[tenancy.shared]]\ntable = "public.a"\nwhy = "  "\n', "tenancy.shared.0.why", id="blank"),
        pytest.param(f'{BASE}[[tenancy.shared]]\ntable = "public.a"\n', "tenancy.shared.0.why", id="no why"),
        pytest.param(f'{BASE}[[tenancy.shared]]\nwhy = "x"\n', "tenancy.shared.0", id="nothing is shared"),
        pytest.param(f'{BASE}[[tenancy.shared]]\nfunction = "public.f"\nwhy = "x"\n', "tenancy.shared.0",
                     id="a function without arguments"),
        pytest.param(f'{BASE}[[tenancy.unreadable]]\ntable = "public.a"\ncolumns = []\nwhy = "x"\n',
                     "tenancy.unreadable.0.columns", id="no column"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named(text: str, place: str, tmp_path: Path) -> None:
    error = refused(tmp_path, text)
    assert (error.code, error.where) == ("settings.invalid", f"{tmp_path / 'seatrial.toml'}: {place}")
