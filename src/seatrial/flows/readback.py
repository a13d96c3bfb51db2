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
    from seatrial.pg.connection import Connection

__all__ = ["found_in"]

#: Comes after every file, and is none.
_PATH, _VERSION = "the rehearsed database", "99999999999999"


def found_in(observer: Connection, folder: Folder) -> tuple[Finding, ...]:
    """What the rules that read a schema find in a database; the places mean nothing.

    Args:
        observer: a superuser's connection to it, in a transaction that is only read from.
        folder: says which platform it is, and to whom rows belong.
    """
    definitions, _ = read_definitions(observer)
    text = "".join(f"{one.sql};\n" for one in chosen([*definitions], ()) if one.sql)
    source = Source(path=_PATH, version=_VERSION, name="", encoding=Encoding.UTF8, text=text)
    schema = build(
        (parse(source),), platform=folder.release.platform, exposed=folder.release.exposed,
        tenancy=folder.release.tenancy, given=False,
    )  # fmt: skip
    return read(schema)
