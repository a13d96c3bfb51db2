"""A change, the way back that is derived from it, and the change again: on one database, without keeping anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.catalog.compare import differences
from seatrial.catalog.read import read
from seatrial.ledger import write
from seatrial.ledger.apply import apply_all
from seatrial.model.archive import PREFIX, Keeping
from seatrial.model.catalog import Catalog, describe
from seatrial.model.execution import Ending
from seatrial.model.migration import migration_of
from seatrial.model.narrator import Silent
from seatrial.model.source import Encoding, Source
from seatrial.pg.connection import connect
from seatrial.pg.statement import execute_script
from seatrial.rollback.derive import way_back
from seatrial.sql.parse import parse
from seatrial.standin.state import read_state

if TYPE_CHECKING:
    from seatrial.model.reversal import WayBack
    from seatrial.scratch.server import Server

__all__ = ["Trip", "there_and_back"]

VERSION = "20260101000000"
OURS = (PREFIX, "seatrial", "supabase_migrations")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """What a change and its way back came to; differences as sentences."""

    way_back: WayBack
    #: Of the schema behind the way back from the one before the change.
    back: list[str]
    #: Of the schema behind the second change from the one behind the first.
    again: list[str]


def there_and_back(
    server: Server, database: str, given: str, change: str, *, role: str = "postgres", keeping: Keeping | None = None
) -> Trip:
    """Make the change, go back, and make it again; the server's words end the test where it refuses a script."""
    name = database.partition("?")[0].rpartition("/")[2]
    with connect(server.own_dsn(name, role)) as connection, server.superuser(name) as seeing:
        write.create(connection)
        execute_script(connection, given)
        before = read_state(seeing)
        execute_script(connection, change)
        after = read_state(seeing)
        found = way_back(before, after, keeping or Keeping(version=VERSION), version=VERSION, also={})
        source = Source(path="x.sql", version=VERSION, name="back", encoding=Encoding.UTF8, text=found.script)
        parsed = parse(source)
        assert parsed.fault is None, f"{parsed.fault}\n{found.script}"
        assert not parsed.misdirected, f"{parsed.misdirected}\n{found.script}"
        execution = apply_all(connection, [migration_of(parsed)], {}, Silent())
        assert execution.ending is Ending.COMPLETE, str(execution.failure)
        back = _apart(before.catalog, read(seeing))
        execute_script(connection, change)
        return Trip(way_back=found, back=back, again=_apart(after.catalog, read(seeing)))


def _apart(expected: Catalog, observed: Catalog) -> list[str]:
    return [describe(one) for one in differences(_without_ours(expected), _without_ours(observed))]


def _without_ours(catalog: Catalog) -> Catalog:
    objects = {key: one for key, one in catalog.objects.items() if not one.name.replace('"', "").startswith(OURS)}
    return Catalog(server_version=catalog.server_version, objects=objects, dropped={})
