"""The schema of a rehearsed database, read as if files had made it, so that rules can be asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.source import Encoding, Source
from seatrial.rules.run import read
from seatrial.schema.build import build
from seatrial.sql.parse import parse
from seatrial.standin.choose import chosen
from seatrial.standin.definitions import read_definitions

if TYPE_CHECKING:
    from seatrial.flows.folder import Folder
    from seatrial.model.finding import Finding
    from seatrial.model.schema import Schema
    from seatrial.model.tenancy import Tenancy
    from seatrial.pg.connection import Connection

__all__ = ["found_in", "schema_of"]

#: Comes after every file, and is none.
_PATH, _VERSION = "the rehearsed database", "99999999999999"


def found_in(observer: Connection, folder: Folder) -> tuple[Finding, ...]:
    """What the rules that read a schema find in a database; the places mean nothing.

    Args:
        observer: a superuser's connection to it.
        folder: says which platform it is, and to whom rows belong.
    """
    release = folder.release
    return read(
        schema_of(observer, platform=release.platform, exposed=release.exposed, tenancy=release.tenancy)
    )  # fmt: skip


def schema_of(
    observer: Connection, *, platform: str, exposed: tuple[str, ...] = ("public",), tenancy: Tenancy | None = None
) -> Schema:
    """The schema of a database, as if one file had made it."""
    # The settings that make names qualified last as long as the transaction.
    with observer.transaction():
        definitions, _ = read_definitions(observer)
    text = "".join(f"{one.sql};\n" for one in chosen([*definitions], ()) if one.sql)
    source = Source(path=_PATH, version=_VERSION, name="", encoding=Encoding.UTF8, text=text)
    return build((parse(source),), platform=platform, exposed=exposed, tenancy=tenancy, given=False)
