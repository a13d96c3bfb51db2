"""A function that the attacker brings along: it must not be handed rows that the view it is used on hides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.attack.hidden import hidden, remembered
from seatrial.attack.session import QUIET, as_kind
from seatrial.model.isolation import Cell, Observed, Request
from seatrial.pg.attempt import attempt
from seatrial.pg.connection import rows
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.attack.scene import Scene
    from seatrial.attack.surface import Relation
    from seatrial.model.isolation import Kind

__all__ = ["cells"]

ACTION = "show hidden rows to a function of one's own"
PLACE = "seatrial_attack_open"
SETTING = "seatrial.seen"
#: The server, where it is free to choose, asks the cheapest condition first, and moves no volatile one.
CHEAP = "LANGUAGE plpgsql STABLE COST 0.0000001"
#: It notes what it is handed; where it lies does not matter, as anybody may make one in pg_temp.
BROUGHT_ALONG = (
    f"CREATE SCHEMA {PLACE}",
    (
        f"CREATE FUNCTION {PLACE}.seen(text) RETURNS boolean {CHEAP} AS $$ BEGIN PERFORM set_config('{SETTING}', "
        f"concat(current_setting('{SETTING}', true), md5(coalesce($1, '')), ' '), true); RETURN true; END $$"
    ),
    f"GRANT USAGE ON SCHEMA {PLACE} TO PUBLIC",
    f"SET LOCAL {SETTING} = ''",
)
#: The same for everybody to try, in words that psql shows.
AT_HOME = (
    f"CREATE FUNCTION pg_temp.seen(text) RETURNS boolean {CHEAP} "
    "AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$;\n"
)


def cells(scene: Scene, kind: Kind, relation: Relation) -> Iterator[Cell]:
    """One for a relation that the kind may read and that hides rows: a view, or a table with row security.

    Each column is handed to the function by itself, so that the server may ask as early as it likes. What it was handed
    must be the same where the hidden rows are not there. For tables PostgreSQL sees to that; the first one shows that
    the probe can tell.
    """
    rights = relation.rights.get(kind.role)
    columns = rights.columns["SELECT"] if rights and rights.schema else ()
    if not columns or _is_shared(scene, relation) or not (relation.kind == "v" or _is_example(scene, kind, relation)):
        return
    gone = _without_hidden(scene, kind, relation)
    query = f"SELECT count(*) FROM {relation.name} WHERE " + " AND ".join(f"{{seen}}({one}::text)" for one in columns)
    if gone and relation.kind != "v":
        scene.memory[ACTION] = (kind.name, relation.name)
    if gone and _is_told_apart(scene, kind, relation, query, gone):
        observed, detail = _observe(scene, kind, query, gone)
        yield Cell(
            kind=kind.name, subject=relation.name, action=ACTION, expected=Observed.BLOCKED, observed=observed,
            detail=detail, request=Request(sql=AT_HOME + query.format(seen="pg_temp.seen")),
        )  # fmt: skip


def _observe(scene: Scene, kind: Kind, query: str, gone: tuple[str, ...]) -> tuple[Observed, str]:
    """In both worlds; and where they differ, in the first one again."""
    here, refused = _handed(scene, kind, query)
    there, _ = _handed(scene, kind, query, gone)
    more = here - there
    if refused:
        return (Observed.BLOCKED if refused.startswith("42501") else Observed.UNDECIDED), refused
    if not more:
        return Observed.BLOCKED, f"{len(here)} values, none of them of hidden rows"
    again, _ = _handed(scene, kind, query)
    if again - here:
        return Observed.UNDECIDED, "it shows something else each time"
    return Observed.ALLOWED, f"{len(more)} values of hidden rows"


def _handed(scene: Scene, kind: Kind, query: str, gone: tuple[str, ...] = ()) -> tuple[frozenset[str], str]:
    """What the function was handed, and the words of a refusal."""
    answer = scene.session.attempt(kind, query.format(seen=f"{PLACE}.seen"), before=(*gone, *BROUGHT_ALONG))
    if not answer.worked:
        return frozenset(), f"{answer.sqlstate} {answer.message}"
    [[seen]] = scene.session.look(f"SELECT current_setting('{SETTING}', true)")
    return frozenset((seen or "").split()), ""


def _is_told_apart(scene: Scene, kind: Kind, relation: Relation, query: str, gone: tuple[str, ...]) -> bool:
    """Whether those rows are handed over where nothing hides them: to a superuser, of a view that is no barrier."""
    opened = [f"ALTER VIEW {relation.name} SET (security_barrier = false)"] if relation.kind == "v" else []
    handed = []
    for world in ((), gone):
        # As somebody with the same claims, which the view may ask for itself.
        lead = ["ROLLBACK TO SAVEPOINT attack", QUIET, *world, *opened, *BROUGHT_ALONG, *as_kind(kind)[2:]]
        attempt(scene.session.connection, lead, query.format(seen=f"{PLACE}.seen"))
        handed.append(scene.session.look(f"SELECT current_setting('{SETTING}', true)"))
    return handed[0] != handed[1]


def _without_hidden(scene: Scene, kind: Kind, relation: Relation) -> tuple[str, ...]:
    """Statements that take away what is hidden in the tables that a relation shows."""
    sources = remembered(scene, ("sources", relation.name), lambda: _sources(scene, relation))
    return tuple(
        statement for name in sources if name in scene.relations
        for statement in scene.without(name, hidden(scene, kind, name))
    )  # fmt: skip


def _sources(scene: Scene, relation: Relation) -> tuple[str, ...]:
    scene.session.renew()
    found = rows(scene.session.connection, load("seatrial.attack", "view_sources"), {"relation": relation.oid})
    return tuple(row["name"] for row in found)


def _is_example(scene: Scene, kind: Kind, relation: Relation) -> bool:
    """Whether this is the table, and the kind, that stand for all."""
    this = (kind.name, relation.name)
    return relation.row_security and scene.memory.get(ACTION, this) == this


def _is_shared(scene: Scene, relation: Relation) -> bool:
    return any(one.name == relation.name for one in scene.tenancy.shared)
