"""Texts of statements become shapes, with the relations that they name as the catalog has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.sample import StatementText
from seatrial.monitoring.probes.asking import asked
from seatrial.sql.shape import shape_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from seatrial.pg.connection import Connection
    from seatrial.sql.shape import Shape

__all__ = ["bare_name", "read_texts", "texts_of"]


def read_texts(
    connection: Connection, raw: Mapping[str, tuple[str, str]], touched: Iterable[str]
) -> dict[str, StatementText]:
    """Shapes of queries and writes, by subject; other commands have none, as a value may be left in them.

    Args:
        connection: to look names up.
        raw: subject → role and text.
        touched: relations that the release touches, as the catalog has them; some may be gone.
    """
    read = {subject: (role, shape_of(text)) for subject, (role, text) in raw.items()}
    return texts_of(connection, {subject: (role, shape) for subject, (role, shape) in read.items() if shape}, touched)


def texts_of(
    connection: Connection, shapes: Mapping[str, tuple[str, Shape]], touched: Iterable[str]
) -> dict[str, StatementText]:
    """The same for shapes that are known already."""
    spelled = _spelled(connection, {name for _, shape in shapes.values() for name in shape.relations}, touched)
    return {subject: _text(role, shape, spelled) for subject, (role, shape) in shapes.items()}


def _text(role: str, shape: Shape, spelled: Mapping[str, str]) -> StatementText:
    relations = sorted({spelled[name] for name in shape.relations if name in spelled})
    return StatementText(shape=shape.text, role=role, relations=tuple(relations), writes=shape.writes)


def _spelled(connection: Connection, names: set[str], touched: Iterable[str]) -> dict[str, str]:
    """Name as a statement has it → relation as the catalog has it; nothing for those that are no relation."""
    found: dict[str, str] = {}
    for relation in sorted(touched):
        # Also what is not there any more.
        plain = _plain(relation)
        found[plain] = relation
        if plain.startswith("public."):
            found[plain.removeprefix("public.")] = relation
    if names:
        bare = names | {name.split(".", 1)[1] for name in names if "." in name}
        for row in asked(connection, "named_relations", {"names": sorted(bare)}):
            found.setdefault(f"{row['schema']}.{row['name']}", row["spelled"])
            found.setdefault(row["name"], row["spelled"])
    return found


def bare_name(relation: str) -> str:
    """`Contacts` of `public."Contacts"`."""
    schema, dot, name = relation.partition(".")
    if schema.startswith('"'):
        schema, dot, name = relation.partition('".')
    return _unquoted(name if dot else schema)


def _plain(relation: str) -> str:
    name = bare_name(relation)
    quoted = '"' + name.replace('"', '""') + '"'
    schema = relation.removesuffix(quoted if relation.endswith('"') else name).removesuffix(".")
    return f"{_unquoted(schema)}.{name}" if schema else name


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if len(name) > 1 and name[0] == name[-1] == '"' else name
