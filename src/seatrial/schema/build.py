"""Applies every statement of a folder, in order, to nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from seatrial.model import commands as c
from seatrial.model.schema import Occasion, Schema
from seatrial.model.source import Transaction
from seatrial.schema import dynamic, privileges, tables, things
from seatrial.schema.draft import Draft
from seatrial.sql.commands.read import read_commands

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from seatrial.model.source import Script
    from seatrial.model.tenancy import Tenancy

__all__ = ["build"]

_CHANGES: dict[type, Callable[[Draft, Occasion, Any], None]] = {
    c.CreateTable: tables.create_table,
    c.AlterTable: tables.alter_table,
    c.CreateIndex: tables.create_index,
    c.CreatePolicy: tables.create_policy,
    c.AlterPolicy: tables.alter_policy,
    c.CreateTrigger: tables.create_trigger,
    c.CreateFunction: things.create_function,
    c.AlterFunction: things.alter_function,
    c.CreateView: things.create_view,
    c.Drop: things.drop,
    c.Rename: things.rename,
    c.SetSchema: things.set_schema,
    c.ChangeOwner: things.change_owner,
    c.Comment: things.comment,
    c.AlterPublication: things.alter_publication,
    c.Do: dynamic.do,
    c.Grant: privileges.grant,
    c.AlterDefaultPrivileges: privileges.default_privileges,
}


def build(
    scripts: Sequence[Script],
    *,
    platform: str = "supabase",
    exposed: tuple[str, ...] = ("public",),
    tenancy: Tenancy | None = None,
    after: str = "",
    given: bool = True,
) -> Schema:
    """The schema of a folder.

    Args:
        scripts: its files; those without a version are no migrations.
        platform: `supabase` or `postgres`.
        exposed: schemas that clients reach through the API.
        tenancy: what is declared about tenants.
        after: the last version that counts as deployed.
        given: whether the platform gives privileges by default; what was read of a database says all of them.
    """
    versioned = sorted(
        (script for script in scripts if script.source.version), key=lambda one: (one.source.version, one.source.path)
    )
    draft = Draft(defaults=privileges.platform_defaults(platform) if given else [], exposed=exposed)
    # What a bare name means depends on what is there by then: each statement is read when those before it are applied.
    occasions = tuple(_applied(draft, occasion) for occasion in _occasions(versioned, draft.knows))
    return Schema(
        platform=platform,
        exposed=exposed,
        tenancy=tenancy,
        occasions=occasions,
        all_tables=tuple(table.finished() for table in draft.tables),
        all_functions=tuple(draft.functions),
        all_views=tuple(draft.views),
        defaults=tuple((by, schema, grant) for by, schema, grant in draft.defaults if by is not None),
        after=after,
    )


def _applied(draft: Draft, occasion: Occasion) -> Occasion:
    command = occasion.command
    match command:
        case c.Maintain(kind="create sequence"):
            draft.sequences.update(command.names)
        case c.AlterTable(kind="table") if command.table in draft.sequences:
            # pg_dump writes it so.
            return replace(occasion, command=replace(command, kind="sequence"))
        case _ if type(command) in _CHANGES:
            _CHANGES[type(command)](draft, occasion, command)
    return occasion


def _occasions(scripts: Iterable[Script], knows: Callable[[str], bool]) -> Iterator[Occasion]:
    number = 0
    for script in scripts:
        step, last = 0, None
        for found in read_commands(script, knows):
            statement = found.statement
            if statement is not last:
                alone = any(
                    one and (one.transaction is Transaction.STANDALONE or one.batch) for one in (statement, last)
                )
                ended = last is not None and last.transaction in {Transaction.COMMIT, Transaction.ROLLBACK}
                step += alone or ended
                last = statement
            number += 1
            yield Occasion(
                number=number, script=script, statement=statement, command=found.command, offset=found.offset,
                step=step, in_do=found.in_do, guarded=found.guarded,
            )  # fmt: skip
