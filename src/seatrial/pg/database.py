"""Databases, rights and passwords."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

__all__ = ["create_database", "drop_database", "grant_to_create", "set_password"]


def create_database(connection: Connection, name: str, *, template: str) -> None:
    """Clone a database with its owner, its privileges and its settings; nobody may be connected to the template."""
    connection.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
            sql.Identifier(name), sql.Identifier(template)
        )
    )
    # CREATE DATABASE copies none of the three. Only a superuser of a scratch may write to these catalogs.
    pair = {"name": name, "template": template}
    connection.execute(
        "UPDATE pg_database AS n SET datdba = t.datdba, datacl = t.datacl FROM pg_database AS t "
        "WHERE n.datname = %(name)s AND t.datname = %(template)s", pair,
    )  # fmt: skip
    connection.execute(
        "INSERT INTO pg_db_role_setting SELECT n.oid, s.setrole, s.setconfig FROM pg_db_role_setting AS s "
        "JOIN pg_database AS t ON t.oid = s.setdatabase AND t.datname = %(template)s "
        "JOIN pg_database AS n ON n.datname = %(name)s", pair,
    )  # fmt: skip


def drop_database(connection: Connection, name: str) -> None:
    """Remove a database, whoever is connected to it."""
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def set_password(connection: Connection, role: str, password: str) -> None:
    """Give a role of a scratch a password."""
    connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(password)))


def grant_to_create(connection: Connection, database: str = "") -> str:
    """The statement that lets the role of a connection make schemas; to be shown, not run.

    Args:
        connection: of the role.
        database: its own one by default.
    """
    info = connection.info
    statement = sql.SQL("GRANT CREATE ON DATABASE {} TO {}")
    names = sql.Identifier(database or info.dbname), sql.Identifier(info.user)
    return statement.format(*names).as_string(connection)
