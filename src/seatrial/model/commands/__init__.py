"""SQL statements as records: what each does to a schema, as far as its text says it.

Names of relations, functions and types are qualified; where the statement does not say the schema, it is `public`.
Offsets are characters of the script.
"""

from __future__ import annotations

from seatrial.model.commands.rights import AlterDefaultPrivileges, AlterRole, Grant, GrantRole
from seatrial.model.commands.routines import (
    AlterFunction,
    AlterPolicy,
    CreateFunction,
    CreatePolicy,
    CreateTrigger,
    CreateView,
    Do,
    Inner,
    Parameter,
)
from seatrial.model.commands.rows import Data, Maintain, SetVariable, Truncate
from seatrial.model.commands.tables import Action, AlterTable, Column, Constraint, CreateIndex, CreateTable
from seatrial.model.commands.things import (
    AlterEnum,
    AlterPublication,
    ChangeOwner,
    Comment,
    CreateDomain,
    CreateExtension,
    CreateSchema,
    CreateType,
    Drop,
    Other,
    Rename,
    SetSchema,
)

__all__ = [
    "Action",
    "AlterDefaultPrivileges",
    "AlterEnum",
    "AlterFunction",
    "AlterPolicy",
    "AlterPublication",
    "AlterRole",
    "AlterTable",
    "ChangeOwner",
    "Column",
    "Command",
    "Comment",
    "Constraint",
    "CreateDomain",
    "CreateExtension",
    "CreateFunction",
    "CreateIndex",
    "CreatePolicy",
    "CreateSchema",
    "CreateTable",
    "CreateTrigger",
    "CreateType",
    "CreateView",
    "Data",
    "Do",
    "Drop",
    "Grant",
    "GrantRole",
    "Inner",
    "Maintain",
    "Other",
    "Parameter",
    "Rename",
    "SetSchema",
    "SetVariable",
    "Truncate",
]

Command = (
    CreateTable | AlterTable | CreateIndex | Drop | Rename | SetSchema | ChangeOwner | CreatePolicy | AlterPolicy
    | CreateFunction | AlterFunction | CreateView | CreateTrigger | Grant | GrantRole | AlterDefaultPrivileges
    | AlterRole | CreateType | AlterEnum | CreateDomain | CreateSchema | CreateExtension | AlterPublication | Comment
    | Data | Truncate | Maintain | SetVariable | Do | Other
)  # fmt: skip
