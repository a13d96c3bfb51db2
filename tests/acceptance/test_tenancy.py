"""`seatrial tenancy`: a section to start from where there is none, and what does not fit where there is one."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.acceptance.console import Console
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

TENANTS = {
    "20260301090000_tenants.sql": """\
create table public.organizations (id uuid primary key, name text not null);
create table public.members (
  organization_id uuid not null references public.organizations, user_id uuid not null references auth.users,
  role text not null check (role in ('viewer', 'admin')), primary key (organization_id, user_id));
create function public.my_organizations() returns setof uuid language sql stable security definer set search_path = ''
  as $$ select organization_id from public.members where user_id = auth.uid() $$;
"""
}
CONTACTS = {
    "20260301090100_contacts.sql": """\
create table public.contacts (id bigint primary key, organization_id uuid not null references public.organizations);
alter table public.contacts enable row level security;
create policy contacts_select on public.contacts for select to authenticated
  using (organization_id in (select public.my_organizations()));
"""
}


def settings(release: Release) -> str:
    return (release.root / "seatrial.toml").read_text(encoding="utf-8")


def test_it_shows_what_it_infers_with_reasons_and_writes_nothing(release: Release, seatrial: Console) -> None:
    release.add(TENANTS | CONTACTS)

    answer = seatrial("tenancy", code=0)

    shown = answer.out.partition("\nnext: ")[0]
    found = tomllib.loads(shown)["tenancy"]
    assert found["inferred"] is True
    assert found["membership"]["roles"] == ["viewer", "admin"]
    assert found["tables"]["public.contacts"] == {"tenant": "organization_id", "select": "viewer"}
    assert 'tenant = "organization_id" # a foreign key to public.organizations' in shown
    assert "# Not sure: public.members has no row security" in shown
    assert "next: seatrial tenancy --write" in answer.lines
    assert answer.lines[-1].startswith("✓ Inferred: whose the rows of 3 tables are")
    assert not (release.root / "seatrial.toml").exists()


def test_what_is_written_comes_behind_what_is_there_and_is_read_from_then_on(
    release: Release, seatrial: Console
) -> None:
    release.add(TENANTS | CONTACTS)
    existing = '# Ours.\n[project]\nname = "boats" # the name\n'
    release.write("seatrial.toml", existing)

    assert "Written to seatrial.toml" in seatrial("tenancy", "--write", code=0).lines[-1]

    text = settings(release)
    assert text.startswith(f"{existing}\n[tenancy]\ninferred = true # remove this line when you have read it")
    assert "It is inferred" in seatrial("tenancy", code=0).lines[-1]
    release.write("seatrial.toml", "".join(line for line in text.splitlines(keepends=True) if "inferred =" not in line))
    assert seatrial("tenancy", code=0).lines[-1] == "✓ [tenancy] fits the schema: 3 tables declared."


def test_a_file_is_made_where_there_is_none(release: Release, seatrial: Console) -> None:
    release.add(TENANTS)
    seatrial("tenancy", "--write", code=0)
    assert settings(release).startswith("[tenancy]\ninferred = true")
    assert sorted(path.name for path in release.root.iterdir()) == ["seatrial.toml", "supabase"]


def test_a_declared_one_is_never_written_over(release: Release, seatrial: Console) -> None:
    release.add(TENANTS)
    seatrial("tenancy", "--write", code=0)
    text = settings(release)
    release.add(CONTACTS)

    answer = seatrial("tenancy", "--write", code=1)

    assert answer.error["code"] == "tenancy.declared"
    assert answer.error["why"] == "public.contacts is not declared: nothing says whose its rows are"
    assert settings(release) == text


def test_what_differs_is_named_and_what_is_missing_is_suggested(release: Release, seatrial: Console) -> None:
    release.add(TENANTS)
    seatrial("tenancy", "--write", code=0)
    release.add(CONTACTS)
    wrong = settings(release).replace('tenant = "organization_id"', 'tenant = "organisation_id"')
    release.write("seatrial.toml", f'{wrong}\n[tenancy.tables."public.gone"]\ntenant = "organization_id"\n')

    answer = seatrial("tenancy", code=1)

    assert "✗ public.contacts is not declared: nothing says whose its rows are" in answer.lines
    assert "✗ public.gone is declared and does not exist" in answer.lines
    assert "✗ public.members.organisation_id is declared, and there is no such column" in answer.lines
    assert '[tenancy.tables."public.contacts"]' in answer.lines
    assert answer.lines[-1] == (
        "✗ Schema and [tenancy] differ: 1 table not declared, 1 name not there, 1 column not there."
    )
    result = seatrial("tenancy", "--format", "json", code=1).json["result"]
    assert len(result["problems"]) == 3
    assert '[tenancy.tables."public.contacts"]' in result["lines"]


def test_a_target_is_read_and_left_as_it_is(release: Release, seatrial: Console, target: Target) -> None:
    release.add({"20260301090000_nothing.sql": "select 1;"})
    target.execute(TENANTS["20260301090000_tenants.sql"])
    with target.untouched():
        answer = seatrial("tenancy", "--from", target.dsn, code=0)
    assert 'tenant_table = "public.organizations"' in answer.out


def test_where_there_is_no_tenancy_a_section_to_begin_with_is_shown(release: Release, seatrial: Console) -> None:
    release.add({"20260301090000_boats.sql": "create table public.boats (id integer primary key);"})
    answer = seatrial("tenancy", "--write", code=2)
    assert answer.error["code"] == "tenancy.none"
    assert "[tenancy.membership]" in answer.err
    assert not (release.root / "seatrial.toml").exists()


def test_a_folder_that_does_not_apply_has_no_schema(release: Release, seatrial: Console) -> None:
    release.add({"20260301090000_broken.sql": "create table public.boats (id nonsense);"})
    answer = seatrial("tenancy", code=2)
    assert answer.error["code"] == "tenancy.no-schema"
    assert "nonsense" in answer.error["why"]


def test_what_could_not_be_read_again_is_not_written(release: Release, seatrial: Console) -> None:
    release.add({name: text.replace("'viewer'", "'self'") for name, text in TENANTS.items()})
    answer = seatrial("tenancy", "--write", code=2)
    assert answer.error["code"] == "tenancy.cannot-append"
    assert "'self'" in answer.error["why"]
    assert not (release.root / "seatrial.toml").exists()


@pytest.mark.parametrize("words", [("--from", ""), ("--from", "nowhere")])
def test_a_target_that_means_nothing(words: tuple[str, ...], release: Release, seatrial: Console) -> None:
    release.add(TENANTS)
    assert seatrial("tenancy", *words, code=2).err
