"""What lies outside of tables: large objects, and the files and programs of the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.attack.doors import Door

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["doors"]

SERVER = "the server's files"


def doors(large_objects: tuple[int, ...]) -> Iterator[Door]:
    """What no client must do.

    Anybody may make a large object, by PostgreSQL's own rules, and it shows nobody anything: nothing is said of it.
    """
    for oid in large_objects:
        name = f"large object {oid}"
        yield Door(subject=name, action="read the large object", sql=f"SELECT lo_get({oid})")
        yield Door(subject=name, action="change the large object", sql=f"SELECT lo_put({oid}, 0, '')")
    yield Door(subject=SERVER, action="read a file of the server", sql="SELECT pg_read_file('PG_VERSION')")
    yield Door(subject=SERVER, action="take in a file of the server", sql="SELECT lo_import('PG_VERSION')")
    yield Door(subject=SERVER, action="run a program on the server", sql="COPY (SELECT 1) TO PROGRAM 'cat >/dev/null'")
