"""A scene with something done to it that nobody else on the server ever sees, since roles belong to all of it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.attack.session import Session
from seatrial.attack.surface import read_relations
from seatrial.pg.statement import execute_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.attack.scene import Scene


@contextmanager
def bent(scene: Scene, statements: str) -> Iterator[Scene]:
    """The same after some statements of a superuser, which are taken back at the end."""
    scene.session.renew()
    execute_script(scene.session.connection, statements)
    session = Session(scene.session.connection, "authenticator", inside=True)
    try:
        relations = read_relations(scene.session.connection, scene.tenancy)
        yield replace(scene, session=session, relations=relations, memory={})
    finally:
        session.close()
        scene.session.renew()
