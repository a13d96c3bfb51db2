"""Teams, their members and 3,000 notes, behind one policy at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model.performance import Call, Sender
from seatrial.model.workload import WorkloadQuery
from seatrial.performance.policies.cost import cost_of_policies
from seatrial.pg.statement import execute_statement

if TYPE_CHECKING:
    from seatrial.model.performance import PolicyCost, PolicyFault
    from seatrial.pg.connection import Connection

__all__ = ["HELPERS", "ROWS", "Asked", "ask", "call", "sender", "with_notes"]

ROWS = 3000
TABLES = """
CREATE TABLE public.members (user_id uuid, team_id integer, role text NOT NULL DEFAULT 'member',
  PRIMARY KEY (user_id, team_id));
CREATE TABLE public.notes (id integer PRIMARY KEY, user_id uuid NOT NULL, team_id integer NOT NULL,
  role text NOT NULL DEFAULT 'member', body text NOT NULL);
INSERT INTO public.members SELECT
  ('00000000-0000-0000-0000-0000000000' || lpad(person::text, 2, '0'))::uuid, person * 10 + team,
  CASE WHEN person = 1 THEN 'admin' ELSE 'member' END
  FROM generate_series(1, 20) AS person, generate_series(1, 5) AS team;
INSERT INTO public.notes SELECT number,
  ('00000000-0000-0000-0000-0000000000' || lpad((number % 20 + 1)::text, 2, '0'))::uuid, number % 300, 'member',
  'note ' || number || CASE WHEN number % 500 = 0 THEN ' harbour' ELSE '' END
  FROM generate_series(1, 3000) AS number;
ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY notes_select ON public.notes FOR SELECT TO authenticated USING (true);
ALTER FUNCTION auth.uid() PARALLEL SAFE;
ANALYZE;
"""
HELPERS = """
CREATE FUNCTION public.is_admin() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER AS $$
  SELECT EXISTS (SELECT FROM public.members m WHERE m.user_id = auth.uid() AND m.role = 'admin') $$;
CREATE FUNCTION public.has_role() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER AS $$
  SELECT max(m.role) FROM public.members m WHERE m.user_id = auth.uid() $$;
CREATE FUNCTION public.user_teams() RETURNS integer[] LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER AS $$
  SELECT array_agg(m.team_id) FROM public.members m WHERE m.user_id = auth.uid() $$;
CREATE FUNCTION public.can(team integer) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER AS $$
  SELECT EXISTS (SELECT FROM public.members m WHERE m.user_id = auth.uid() AND m.team_id = team) $$;
"""
PEOPLE = tuple(f"00000000-0000-0000-0000-0000000000{number:02}" for number in (1, 3, 7))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was found for one call."""

    cost: PolicyCost
    faults: tuple[PolicyFault, ...]

    @property
    def fault(self) -> PolicyFault:
        """The only one."""
        [found] = self.faults
        return found


def with_notes(connection: Connection, using: str, *more: str, helpers: str = HELPERS) -> None:
    """Make the tables, and give them the policy."""
    execute_statement(connection, TABLES + helpers)
    execute_statement(connection, f"ALTER POLICY notes_select ON public.notes USING ({using}); {'; '.join(more)}")


def sender(person: str = PEOPLE[0], *, role: str = "authenticated", params: tuple[str | int, ...] = ()) -> Sender:
    """Somebody who has signed in."""
    return Sender(role=role, claims={"sub": person, "role": role} if person else {}, params=params)


def call(
    sql: str = "SELECT * FROM public.notes",
    *,
    params: tuple[str | int, ...] = (),
    role: str = "authenticated",
    writes: bool = False,
) -> Call:
    """A query as three people, or as nobody in particular."""
    people = ("",) if role == "anon" else PEOPLE
    query = WorkloadQuery(name="notes", role=role, claims={}, sql=sql, writes=writes)
    return Call(query=query, caller="member", senders=tuple(sender(one, role=role, params=params) for one in people))


def ask(connection: Connection, asked: Call | None = None, *, time_limit: float = 5.0) -> Asked:
    """What one call costs."""
    costs, faults = cost_of_policies(connection, [asked or call()], time_limit=time_limit)
    [cost] = costs
    return Asked(cost=cost, faults=faults)
