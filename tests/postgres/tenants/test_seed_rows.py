"""Tables that are hard to fill: rows of both tenants all the same, or the constraint that stood in the way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.postgres.tenants.ground import BASE, seeded, tenancy_of

from seatrial.model.tenancy import Shared, TableRule

if TYPE_CHECKING:
    from seatrial.scratch.server import Server

#: Name of the case → tables, and what is declared of them.
FILLED: dict[str, tuple[str, list[TableRule]]] = {
    "through two parents": (
        """create table public.boards (id uuid primary key, team_id uuid not null references public.teams);
        create table public.cards (
          id serial primary key, board_id uuid references public.boards, above int references public.cards);
        create table public.remarks (card_id int not null references public.cards, n int, primary key (card_id, n))""",
        [
            TableRule(table="public.boards", tenant="team_id"),
            TableRule(table="public.cards", through="board_id"),
            TableRule(table="public.remarks", through="card_id"),
        ],
    ),
    "a circle": (
        """create table public.a (id int primary key, team_id uuid not null references public.teams, b_id int not null);
        create table public.b (id int primary key, a_id int not null references public.a);
        alter table public.a add foreign key (b_id) references public.b deferrable initially deferred""",
        [TableRule(table="public.a", tenant="team_id"), TableRule(table="public.b", through="a_id")],
    ),
    "no primary key and no foreign key": (
        "create table public.logs (team_id uuid not null, line text)",
        [TableRule(table="public.logs", tenant="team_id")],
    ),
    "one row for each tenant": (
        "create table public.settings (team_id uuid primary key references public.teams, theme text)",
        [TableRule(table="public.settings", tenant="team_id")],
    ),
    "unique over all tenants": (
        "create table public.codes (team_id uuid not null, code int not null unique check (code between 1 and 9))",
        [TableRule(table="public.codes", tenant="team_id")],
    ),
    "exclusion over all tenants": (
        """create table public.slots (
          team_id uuid not null references public.teams, during int4range not null,
          exclude using gist (during with &&))""",
        [TableRule(table="public.slots", tenant="team_id")],
    ),
    "many types": (
        """create type public.mood as enum ('sad', 'fine'); create type public.address as (street text, zip int);
        create domain public.mail as text check (value like '%@%');
        create table public.things (
          id int generated always as identity, team_id uuid not null references public.teams, mood public.mood not null,
          address public.address, mail public.mail not null,
          n int not null, twice int generated always as (n * 2) stored,
          tags text[] not null, meta jsonb not null, raw bytea, amount numeric(30, 10))""",
        [TableRule(table="public.things", tenant="team_id")],
    ),
    "partitions by the tenant": (
        """create table public.ev (team_id uuid not null, n int) partition by list (team_id);
        create table public.ev_other partition of public.ev default""",
        [TableRule(table="public.ev", tenant="team_id")],
    ),
    "a deferred key": (
        """create table public.ranks (
          team_id uuid not null references public.teams deferrable initially deferred, pos int not null,
          unique (team_id, pos) deferrable initially deferred)""",
        [TableRule(table="public.ranks", tenant="team_id")],
    ),
    "keys that begin with the tenant": (
        """create table public.p (team_id uuid not null references public.teams, id int, primary key (team_id, id));
        create table public.c (
          team_id uuid not null, p_id int, id int, primary key (team_id, id),
          foreign key (team_id, p_id) references public.p)""",
        [TableRule(table="public.p", tenant="team_id"), TableRule(table="public.c", tenant="team_id")],
    ),
    "names in quotes": (
        'create table public."My Notes" ("Id" serial primary key, "Team" uuid not null references public.teams)',
        [TableRule(table='public."My Notes"', tenant='"Team"')],
    ),
}


@pytest.mark.parametrize("case", FILLED)
def test_both_tenants_have_rows(server: Server, case: str) -> None:
    schema, rules = FILLED[case]
    with seeded(server, f"{BASE}; {schema}", tenancy_of(*rules)) as found:
        assert found.world.unfilled == ()
        for rule in rules:
            assert set(found.labels(rule.table)) == {"A", "B"}, rule.table
            assert sum(found.labels(rule.table).values()) == found.value(f"select count(*) from {rule.table}")
            if rule.tenant:
                for label, key in found.world.tenants.items():
                    mine = f"select count(*) from {rule.table} where {rule.tenant} = '{key}'"
                    assert found.value(mine) == found.labels(rule.table)[label]


def test_children_belong_to_the_tenant_of_their_parent(server: Server) -> None:
    schema, rules = FILLED["through two parents"]
    with seeded(server, f"{BASE}; {schema}", tenancy_of(*rules)) as found:
        labels = {key: label for label, key in found.world.tenants.items()}
        boards = {row["id"]: row["label"] for row in found.registered("public.boards")}
        cards = {row["id"]: row for row in found.registered("public.cards")}

        assert all(boards[row["board_id"]] == row["label"] for row in cards.values())
        assert all(cards[row["above"]]["label"] == row["label"] for row in cards.values() if row["above"])
        assert all(
            cards[row["card_id"]]["label"] == row["label"] for row in found.registered("public.remarks", "card_id")
        )
        assert set(labels.values()) == {"A", "B"}


@pytest.mark.parametrize("case", [name for name in FILLED if name != "one row for each tenant"])
def test_there_is_a_further_row_of_each_tenant(server: Server, case: str) -> None:
    schema, rules = FILLED[case]
    with seeded(server, f"{BASE}; {schema}", tenancy_of(*rules)) as found:
        for rule in rules:
            spares = found.world.spares[rule.table]
            assert set(spares) == {"A", "B"}, rule.table
            if rule.tenant:
                whose = {label: json.loads(text)[rule.tenant.strip('"')] for label, text in spares.items()}
                assert whose == dict(found.world.tenants)


@pytest.mark.parametrize(
    ("column", "constraint", "tenants"),
    [
        ("n int not null constraint never check (n > 5 and n < 3)", "never", set()),
        ("n int not null constraint once unique check (n = 1)", "once", {"A"}),
    ],
)
def test_what_cannot_be_filled_names_the_constraint(
    server: Server, column: str, constraint: str, tenants: set[str]
) -> None:
    schema = f"{BASE}; create table public.t (team_id uuid not null references public.teams, {column})"
    with seeded(server, schema, tenancy_of(TableRule(table="public.t", tenant="team_id"))) as found:
        assert [(one.table, one.constraint) for one in found.world.unfilled] == [("public.t", constraint)]
        assert set(found.labels("public.t")) == tenants


def test_every_partition_has_rows_of_both(server: Server) -> None:
    schema = f"""{BASE};
    create table public.ev (id serial, team_id uuid not null, at date not null) partition by range (at);
    create table public.ev_1 partition of public.ev for values from ('2024-01-01') to ('2025-01-01');
    create table public.ev_2 partition of public.ev for values from ('2030-01-01') to ('2031-01-01')"""
    with seeded(server, schema, tenancy_of(TableRule(table="public.ev", tenant="team_id"))) as found:
        query = (
            "select count(*) from seatrial_attack.seeded where leaf = 'public.{}'::regclass"
            " and root = 'public.ev'::regclass and tenant = '{}'"
        )
        numbers = [found.value(query.format(leaf, label)) for leaf in ("ev_1", "ev_2") for label in "AB"]
        assert 0 not in numbers


def test_rows_of_a_partition_belong_to_the_whole_wherever_it_is(server: Server) -> None:
    """One in a schema whose name comes first, with the foreign key of the whole; its rows are recent enough to see."""
    schema = f"""{BASE};
    create schema apart;
    create table public.ev (
      id uuid default gen_random_uuid(), team_id uuid not null references public.teams,
      at timestamptz not null default now(), primary key (id, at)) partition by range (at);
    create table apart.ev_default partition of public.ev default;
    create view public.latest as select * from public.ev where at > now() - interval '1 hour'"""
    with seeded(server, schema, tenancy_of(TableRule(table="public.ev", tenant="team_id"))) as found:
        for label in "AB":
            query = (
                f"select count(*) from seatrial_attack.seeded where root = 'public.ev'::regclass and tenant = '{label}'"
            )
            assert found.value(query)
        assert not found.value("select count(*) from seatrial_attack.seeded where root = 'apart.ev_default'::regclass")
        assert found.value("select count(distinct team_id) from public.latest") == 2


def test_what_a_policy_compares_is_there_in_every_form(server: Server) -> None:
    schema = f"""{BASE};
    create table public.notes (
      id serial primary key, team_id uuid not null references public.teams, state text, is_shared boolean,
      gone_at timestamptz, level int check (level < 3));
    create policy p on public.notes using (
      state = 'published' or is_shared or gone_at is null or level = 2 or level = 7)"""
    with seeded(server, schema, tenancy_of(TableRule(table="public.notes", tenant="team_id"))) as found:
        for label in "AB":
            rows = [row for row in found.registered("public.notes") if row["label"] == label]
            assert {"published", None} < {row["state"] for row in rows}
            assert {row["is_shared"] for row in rows} == {True, False, None}
            assert None in {row["gone_at"] for row in rows}
            assert len({row["gone_at"] for row in rows}) > 1
            assert {2, None} <= {row["level"] for row in rows}
        assert any("level = '7'" in line and "notes_level_check" in line for line in found.world.not_storable)


def test_values_that_go_together_are_made_together(server: Server) -> None:
    schema = f"""{BASE};
    create table public.tasks (
      id serial primary key, team_id uuid not null references public.teams, state text not null, done_at timestamptz,
      check (state in ('open', 'done') and (state = 'done') = (done_at is not null)));
    create policy p on public.tasks using (state = 'done' or state = 'open')"""
    with seeded(server, schema, tenancy_of(TableRule(table="public.tasks", tenant="team_id"))) as found:
        for label in "AB":
            states = {row["state"] for row in found.registered("public.tasks") if row["label"] == label}
            assert states == {"open", "done"}


def test_rows_that_were_there_stay_and_are_nobodys(server: Server) -> None:
    team = "00000000-0000-4000-8000-00000000000c"
    schema = f"""{BASE}; insert into public.teams values ('{team}', 'before');
    create table public.notes (id int primary key, team_id uuid references public.teams);
    insert into public.notes values (1, '{team}'), (2, null);
    create table public.sorts (sort text primary key); insert into public.sorts values ('x'), ('y');
    create table public.sorted (
      team_id uuid not null references public.teams, sort text not null references public.sorts)"""
    rules = (TableRule(table="public.notes", tenant="team_id"), TableRule(table="public.sorted", tenant="team_id"))
    shared = (Shared(name="public.sorts", select="anyone", why="the same for all"),)
    with seeded(server, schema, tenancy_of(*rules, shared=shared)) as found:
        old = {row["id"]: row["label"] for row in found.registered("public.notes") if row["id"] in {1, 2}}
        assert old == {1: "", 2: ""}
        assert team not in found.world.tenants.values()
        assert {"x", "y"} <= set(found.values("select sort from public.sorts"))
        assert set(found.labels("public.sorts")) == {""}
        assert set(found.labels("public.sorted")) == {"A", "B"}
        assert found.value(f"select count(*) from public.sorted where team_id = '{team}'") == 0


def test_a_row_without_a_tenant_is_nobodys_and_nothing_points_to_it(server: Server) -> None:
    schema = f"""{BASE};
    create table public.rules (id int primary key, team_id uuid references public.teams);
    create table public.hits (rule_id int not null references public.rules)"""
    rules = (TableRule(table="public.rules", tenant="team_id"), TableRule(table="public.hits", through="rule_id"))
    with seeded(server, schema, tenancy_of(*rules)) as found:
        without = [row["id"] for row in found.registered("public.rules") if row["team_id"] is None]
        assert len(without) == 2
        assert {row["label"] for row in found.registered("public.rules") if row["team_id"] is None} == {""}
        assert not set(without).intersection(found.values("select rule_id from public.hits"))


def test_a_table_of_which_nothing_is_declared_gets_rows_where_foreign_keys_lead_to_tenants(server: Server) -> None:
    schema = f"""{BASE}; create table public.forgotten (team_id uuid not null references public.teams, x int);
    create table public.apart (x int)"""
    with seeded(server, schema, tenancy_of()) as found:
        assert set(found.labels("public.forgotten")) == {"A", "B"}
        assert found.labels("public.apart") == {"": 2}


def test_materialized_views_show_the_new_rows(server: Server) -> None:
    schema = f"""{BASE}; create materialized view public.one as select count(*) as n from public.teams;
    create materialized view public.two as select n from public.one;
    create materialized view public.never as select 1 / (count(*) - count(*)) as n
      from public.members with no data"""
    with seeded(server, schema, tenancy_of()) as found:
        assert found.value("select n from public.two") == 2
        assert found.world.not_storable == ("materialized view public.never could not be refreshed: 22012",)


def test_triggers_do_not_fire(server: Server) -> None:
    schema = f"""{BASE}; create table public.t (id serial primary key, team_id uuid not null references public.teams);
    create function public.refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
    create trigger r before insert or update or delete on public.t for each row execute function public.refuse()"""
    with seeded(server, schema, tenancy_of(TableRule(table="public.t", tenant="team_id"))) as found:
        assert set(found.labels("public.t")) == {"A", "B"}
        assert set(found.world.spares["public.t"]) == {"A", "B"}
