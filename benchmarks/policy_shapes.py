"""Shapes of policies, before and after, on 100,000 rows: both in turn, in one session.

The shapes are those for which figures are published. What does not end within the limit counts as the limit.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measured import Comparison, publish

from seatrial.errors import StatementFailed
from seatrial.model.performance import Sender
from seatrial.performance.policies.sides import Side, changed, is_too_slow
from seatrial.performance.run import took
from seatrial.pg.explain import explained
from seatrial.pg.sending import sending
from seatrial.pg.statement import execute_script
from seatrial.scratch.server import DATABASE, scratch

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

#: Seconds after which a shape is given up.
LIMIT = 20.0
#: Rounds, and seconds after which there is no further one behind the second.
ROUNDS, PATIENCE = 7, 12.0
ALL = "SELECT count(*) FROM public.notes"
MANY = "SELECT count(*) FROM public.many"
SEARCH = "SELECT id FROM public.notes WHERE to_tsvector('english', body) @@ to_tsquery('english', 'harbour')"
PREFIX = "SELECT id FROM public.notes WHERE body LIKE 'note 123%'"
EQUAL = "SELECT id FROM public.notes WHERE body = 'note 123'"
MINE = "ARRAY(SELECT m.team_id FROM public.members m WHERE m.user_id = (SELECT auth.uid()))"
BARE = "ALTER TABLE public.notes DISABLE ROW LEVEL SECURITY"
BY_USER = "CREATE INDEX notes_user ON public.notes (user_id)"
BY_TEAM = "CREATE INDEX notes_team ON public.notes (team_id)"


def person(number: int) -> str:
    """One of the people of the rows."""
    return f"00000000-0000-4000-8000-{number:012}"


def policy(using: str, *more: str, query: str = ALL, table: str = "notes") -> Side:
    """The table behind a policy, and a query."""
    return Side(changes=(f"ALTER POLICY shape ON public.{table} USING ({using})", *more), query=query)


def definer(name: str, query: str) -> tuple[str, str]:
    """A function that asks a query past row security, with the teams of the caller in it."""
    body = f"SELECT id FROM ({query.replace('SELECT id', 'SELECT id, team_id')}) AS found WHERE team_id = ANY ({MINE})"
    made = f"CREATE FUNCTION public.{name}() RETURNS SETOF integer LANGUAGE sql STABLE SECURITY DEFINER AS $$ {body} $$"
    return made, f"SELECT * FROM public.{name}()"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A line of the table."""

    name: str
    before: Side
    after: Side
    #: Milliseconds before and after, as published.
    published: str = ""
    who: int = 1
    role: str = "authenticated"
    #: How many times as fast it has to become; None where nobody promises anything.
    limit: float | None = 2.0


def in_a_function(name: str, query: str) -> Side:
    """The query past the policy of the teams."""
    made, asked = definer(name, query)
    return policy(f"team_id = ANY ({MINE})", made, query=asked)


OWN = policy("auth.uid() = user_id")
TEAMS = policy(f"team_id = ANY ({MINE})")
CAN = "team_id IN (SELECT public.my_teams())"
SHAPES = (
    Shape(name="auth.uid() = user_id: an index", published="171 → <0.1",
          before=OWN, after=policy("auth.uid() = user_id", BY_USER)),
    Shape(name="auth.uid() in a sub-select", published="179 → 9",
          before=OWN, after=policy("(SELECT auth.uid()) = user_id")),
    Shape(name="is_admin() in a sub-select", published="11,000 → 7",
          before=policy("public.is_admin()"), after=policy("(SELECT public.is_admin())")),
    Shape(name="is_admin() or auth.uid(), both in sub-selects", published="11,000 → 10",
          before=policy("public.is_admin() OR auth.uid() = user_id"),
          after=policy("(SELECT public.is_admin()) OR (SELECT auth.uid()) = user_id"), who=2),
    Shape(name="has_role() = role in a sub-select", published="178,000 → 12",
          before=policy("public.has_role() = role"), after=policy("(SELECT public.has_role()) = role")),
    Shape(name="any (user_teams()) in a sub-select", published="173,000 → 16",
          before=policy("team_id = ANY (public.user_teams())"),
          after=policy("team_id = ANY ((SELECT public.user_teams())::integer[])")),
    Shape(name="any (user_teams()) in a sub-select, with an index", published="173,000 → 16",
          before=policy("team_id = ANY (public.user_teams())"),
          after=policy("team_id = ANY ((SELECT public.user_teams())::integer[])", BY_TEAM)),
    Shape(name="the client filters, too", published="171 → 9", before=OWN,
          after=policy("auth.uid() = user_id", query=f"{ALL} WHERE user_id = '{person(1)}'")),
    Shape(name="the caller among the members → the team among the caller's", published="9,000 → 20",
          before=policy("auth.uid() IN (SELECT m.user_id FROM public.members m WHERE m.team_id = notes.team_id)",
                        "CREATE INDEX members_team ON public.members (team_id)"),
          after=TEAMS),
    Shape(name="TO authenticated, asked by anon", published="170 → <0.1", role="anon",
          before=policy("auth.uid() = user_id", "ALTER POLICY shape ON public.notes TO public"), after=OWN),
    Shape(name="can(team_id) → in (select my_teams())", before=policy("public.can(team_id)"), after=policy(CAN)),
    Shape(name="(select can(team_id)) → in (select my_teams())",
          before=policy("(SELECT public.can(team_id))"), after=policy(CAN)),
    Shape(name="can(team_id) in a sub-select, which does not help", limit=None,
          before=policy("public.can(team_id)"), after=policy("(SELECT public.can(team_id))")),
    Shape(name="full-text search → in a function", before=policy(f"team_id = ANY ({MINE})", query=SEARCH),
          after=in_a_function("search", SEARCH)),
    Shape(name="LIKE 'note 123%' → in a function", before=policy(f"team_id = ANY ({MINE})", query=PREFIX),
          after=in_a_function("beginning", PREFIX)),
    *(Shape(name=f"1,000,000 rows, a list of {size} teams: an index", published=f"{slow} → {fast}", who=10000 + size,
            before=policy(f"team_id = ANY ({MINE})", query=MANY, table="many"),
            after=policy(f"team_id = ANY ({MINE})", "CREATE INDEX many_team ON public.many (team_id)",
                         query=MANY, table="many"))
      for size, slow, fast in ((10, "170", "2"), (100, "700", "3"), (500, "3,300", "3"))),
)  # fmt: skip
#: What row security adds where nothing is at fault.
SINGLE = {
    "no row security, count(*), ms": Side(changes=(BARE,), query=ALL),
    "any (array (select …)), count(*), ms": TEAMS,
    "full-text search without row security, ms": Side(changes=(BARE,), query=SEARCH),
    "LIKE without row security, ms": Side(changes=(BARE,), query=PREFIX),
    "equality under row security, ms": policy(f"team_id = ANY ({MINE})", BY_TEAM, query=EQUAL),
}


def main() -> int:
    """Measure every line."""
    with scratch("supabase") as server, server.superuser(DATABASE) as connection:
        text = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
        execute_script(connection, text)
        execute_script(connection, "VACUUM ANALYZE")
        comparisons = [compared(connection, shape) for shape in SHAPES]
        who = Sender(role="authenticated", claims={"sub": person(1)}, params=())
        singles = {name: min(once(connection, side, who) for _ in range(3)) for name, side in SINGLE.items()}
    published = {f"published, ms: {shape.name}": shape.published for shape in SHAPES if shape.published}
    return publish(Path(__file__).stem, comparisons, figures={**singles, **published})


def compared(connection: Connection, shape: Shape) -> Comparison:
    """Both sides, in turn."""
    who = Sender(role=shape.role, claims={"sub": person(shape.who)} if shape.role != "anon" else {}, params=())
    rounds: list[tuple[float, float]] = []
    begun = time.perf_counter()
    while len(rounds) < ROUNDS and (len(rounds) < 2 or time.perf_counter() - begun < PATIENCE):  # noqa: PLR2004 - a spread
        rounds.append((once(connection, shape.before, who), once(connection, shape.after, who)))
    return Comparison(
        name=shape.name, ours="before", other="after", unit="ms", rounds=tuple(rounds), limit=shape.limit,
        more_is_better=True,
        aim=f"published: {shape.published} ms" if shape.published else "",
    )  # fmt: skip


def once(connection: Connection, side: Side, who: Sender) -> float:
    """Milliseconds of the server; the limit where it does not end."""
    with changed(connection, side.changes):
        spent = 0.0
        for _ in range(2):
            try:
                with sending(connection, who, time_limit=LIMIT):
                    spent = took(explained(connection, side.query, (), run=True))
            except StatementFailed as error:
                if not is_too_slow(error):
                    raise
                return LIMIT * 1000
            if spent > 1000:  # noqa: PLR2004 - then it does not matter that the schema has just changed
                break
        return spent


if __name__ == "__main__":
    sys.exit(main())
