"""Schemas, extensions, views, publications, event triggers and foreign servers as they were. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.rollback.alter_attached import SWITCHES
from seatrial.rollback.alter_said import said
from seatrial.rollback.alteration import Alteration
from seatrial.rollback.options import foreign_options, names, parsed, set_and_reset
from seatrial.sql.text import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.rollback.alteration import Pair

__all__ = [
    "altered_event_trigger",
    "altered_extension",
    "altered_publication",
    "altered_published_table",
    "altered_schema",
    "altered_server",
    "altered_view",
]

BOOLEANS = {"yes": "true", "no": "false"}
OPTION = "option "
#: What the catalog shows of an option that looks like a secret.
DIGEST = "sha256:"


def altered_schema(pair: Pair) -> Alteration:
    """Owner and comment are all that it has."""
    return said(pair)


def altered_extension(pair: Pair) -> Alteration:
    """Where it is; its version comes with the server."""
    return Alteration(statements=(f"ALTER EXTENSION {pair.name} SET SCHEMA {pair.was('schema')}",))


def altered_view(pair: Pair) -> Alteration | None:
    """All but what it selects."""
    if "definition" in pair.changed:
        return None
    command = f"ALTER {pair.after.kind.upper()} {pair.name}"
    options = set_and_reset(command, parsed(pair.was("options")), parsed(pair.now("options")))
    return Alteration(statements=options) + said(pair)


def altered_event_trigger(pair: Pair) -> Alteration | None:
    """On, off, always, or on replicas."""
    if pair.changed & {"event", "tags", "function"}:
        return None
    switch = f"ALTER EVENT TRIGGER {pair.name} {SWITCHES[pair.was('enabled')].format('').strip()}"
    return Alteration(statements=(switch,) if "enabled" in pair.changed else ()) + said(pair)


def altered_publication(pair: Pair) -> Alteration | None:
    """What it publishes, and of which schemas; its tables are objects of their own."""
    if "all tables" in pair.changed:
        return None
    return Alteration(statements=tuple(_publication(pair, f"ALTER PUBLICATION {pair.name}"))) + said(pair)


def _publication(pair: Pair, command: str) -> Iterator[str]:
    if "publishes" in pair.changed:
        yield f"{command} SET (publish = {literal(pair.was('publishes'))})"
    if "through the root" in pair.changed:
        yield f"{command} SET (publish_via_partition_root = {BOOLEANS[pair.was('through the root')]})"
    was, now = names(pair.was("schemas")), names(pair.now("schemas"))
    yield from (f"{command} DROP TABLES IN SCHEMA {schema}" for schema in now if schema not in was)
    yield from (f"{command} ADD TABLES IN SCHEMA {schema}" for schema in was if schema not in now)


def altered_published_table(pair: Pair) -> Alteration:
    """Out of the publication, and in again with the columns and rows that it had."""
    command = f"ALTER PUBLICATION {pair.name.removeprefix(f'{pair.on} in ')}"
    columns = "" if pair.was("columns") == "all" else f" ({pair.was('columns')})"
    rows = "" if pair.was("rows") == "all" else f" WHERE ({pair.was('rows')})"
    return Alteration(
        statements=(f"{command} DROP TABLE {pair.on}", f"{command} ADD TABLE {pair.on}{columns}{rows}"),
    )


def altered_server(pair: Pair) -> Alteration | None:
    """Version and options; what a secret was, nobody has read."""
    if pair.changed & {"wrapper", "type"}:
        return None
    command = f"ALTER SERVER {pair.name}"
    statements: tuple[str, ...] = ()
    if "version" in pair.changed:
        statements = (f"{command} VERSION {literal(pair.was('version')) if pair.was('version') else 'NULL'}",)
    was, now = pair.beginning(OPTION)
    secrets = [name for name, text in was.items() if text.startswith(DIGEST) and now.get(name) != text]
    known = {name: now.get(name, "") if name in secrets else text for name, text in was.items()}
    known = {name: text for name, text in known.items() if text}
    statements += foreign_options(command, known, now)
    reasons = tuple(f"option {name} of foreign server {pair.name} is a secret, which is not read" for name in secrets)
    return Alteration(statements=statements, reasons=reasons) + said(pair)
