"""Databases and passwords of a server that is ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

__all__ = ["create_database", "drop_database", "set_password"]


def create_database(connection: Connection, name: str, *, template: str, owner: str) -> None:
    """Clone a database; nobody may be connected to the template."""
    connection.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY file_copy").format(
            sql.Identifier(name), sql.Identifier(template), sql.Identifier(owner)
        )
    )


def drop_database(connection: Connection, name: str) -> None:
    """Remove a database, whoever is connected to it."""
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def set_password(connection: Connection, role: str, password: str) -> None:
    """Give a role of a scratch a password."""
    connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(password)))
