"""A fix that makes a policy faster shows every caller the rows that the policy showed before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.postgres.rules.rehearsed import migrations_of, script_of

from seatrial.pg.statement import ask, execute_statement
from seatrial.rules.registry import rule, rules
from seatrial.schema.build import build
from seatrial.sql.parse import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection
    from seatrial.rules.page import Folder

#: Their fixes put another condition in place of one.
CODES = ("PRF001", "PRF003", "PRF004", "PRF005", "PRF006", "PRF008", "PRF016")
ONE, TWO = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"
#: What a column of a type may hold; each with each.
VALUES = {
    "uuid": (f"'{ONE}'::uuid", f"'{TWO}'::uuid"),
    "ARRAY": (f"array['{ONE}'::uuid]",),
    "text": ("'admin'", "'support'", "'editor'"),
    "jsonb": (f'\'{{"organization": "{ONE}"}}\'::jsonb',),
}


def _folders() -> Iterator[object]:
    for code in CODES:
        for number, folder in enumerate(rule(code).page().bad, start=1):
            if folder.platform == "postgres":
                yield pytest.param(code, folder, id=f"{code}-{folder.heading or number}")


@pytest.mark.parametrize(("code", "folder"), list(_folders()))
def test_everybody_sees_what_they_saw(database: Connection, code: str, folder: Folder) -> None:
    scripts = [script_of(file) for file in migrations_of(folder.files)]
    schema = build(scripts, platform="postgres")
    [read] = [each.read for each in rules() if each.code == code]
    assert read
    [hit] = read(schema)
    fix = parse(replace(scripts[-1].source, text=hit.fix))
    if fix.fault or "…" in hit.fix:
        return
    for statement in (statement for script in scripts for statement in script.statements):
        execute_statement(database, statement.text)
    for table in schema.tables:
        _fill(database, table.name)

    before = _seen(database)
    for statement in fix.statements:
        execute_statement(database, statement.text)

    assert _seen(database) == before
    assert len(set(before)) > 1, "the policy tells nobody apart, and the test nothing"


def _fill(connection: Connection, table: str) -> None:
    """Every combination of values, as far as keys allow."""
    names = ask(
        connection,
        "select string_agg(format('%I:%s', column_name, data_type), ',' order by ordinal_position)"
        f" from information_schema.columns where format('%s.%s', table_schema, table_name) = '{table}'"
        " and column_default is null",
    ).value
    columns = [each.split(":") for each in names.split(",")]
    crossed = " cross join ".join(
        f"(values {', '.join(f'({value})' for value in VALUES[kind])}) v{number} ({name})"
        for number, (name, kind) in enumerate(columns)
    )
    listed = ", ".join(name for name, _ in columns)
    some = f"select {listed} from {crossed} where hashtext(concat({listed})) % 3 <> 0"
    execute_statement(connection, f"insert into {table} ({listed}) {some} on conflict do nothing")


def _seen(connection: Connection) -> tuple[str, ...]:
    """The notes that each caller sees: with two users, two organizations and two roles."""
    found = []
    # Who deploys is above row security.
    execute_statement(connection, "set role authenticated")
    for user in (ONE, TWO, ""):
        for organization in (ONE, TWO):
            for role in ("support", "guest"):
                settings = {"user_id": user, "organization_id": organization, "role": role, "email": role}
                for name, value in settings.items():
                    ask(connection, f"select set_config('app.{name}', '{value}', false)")
                found.append(ask(connection, "select string_agg(id::text, ',' order by id) from public.notes").value)
    execute_statement(connection, "reset role")
    return tuple(found)
