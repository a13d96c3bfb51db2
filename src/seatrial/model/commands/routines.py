"""Functions, triggers, views, policies and blocks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.model.commands import Command
    from seatrial.model.expression import Expression
    from seatrial.model.source import SyntaxFault

__all__ = [
    "AlterFunction",
    "AlterPolicy",
    "CreateFunction",
    "CreatePolicy",
    "CreateTrigger",
    "CreateView",
    "Do",
    "Inner",
    "Parameter",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePolicy:
    """CREATE POLICY."""

    policy: str
    table: str
    #: `all`, `select`, `insert`, `update`, `delete`
    command: str
    permissive: bool
    #: `public` where the statement names none.
    roles: tuple[str, ...]
    using: Expression | None = None
    check: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlterPolicy:
    """ALTER POLICY; what it does not change is None."""

    policy: str
    table: str
    roles: tuple[str, ...] | None = None
    using: Expression | None = None
    check: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    """A statement or an expression in the body of a function."""

    command: Command
    offset: int
    #: Reached only where a look-up in the catalog has found something, or its failure is caught.
    guarded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """Of a function."""

    name: str
    type: str
    #: `in`, `out`, `inout`, `variadic`, `table`
    mode: str = "in"
    has_default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateFunction:
    """CREATE FUNCTION and CREATE PROCEDURE."""

    function: str
    parameters: tuple[Parameter, ...]
    #: `void`, `trigger`, `uuid`; empty for a procedure and for RETURNS TABLE.
    returns: str
    returns_set: bool
    language: str
    replace: bool = False
    procedure: bool = False
    definer: bool = False
    #: `volatile`, `stable`, `immutable`
    volatility: str = "volatile"
    #: `unsafe`, `restricted`, `safe`
    parallel: str = "unsafe"
    leakproof: bool = False
    strict: bool = False
    #: SET of the definition: name → value as SQL; `search_path` → `""`.
    settings: Mapping[str, str] = field(default_factory=dict)
    #: Its source; empty where it has none that we read.
    body: str = ""
    #: Where the body begins in the script; -1 where that is not known.
    body_offset: int = -1
    #: What of the body could be read.
    inner: tuple[Inner, ...] = ()
    #: Expressions of EXECUTE, with what is put together there.
    dynamic: tuple[Expression, ...] = ()
    #: Where the grammar gives up in the body.
    fault: SyntaxFault | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlterFunction:
    """ALTER FUNCTION; what it does not change is None."""

    function: str
    #: Types of the arguments; None where the statement names none.
    types: tuple[str, ...] | None = None
    definer: bool | None = None
    volatility: str | None = None
    parallel: str | None = None
    leakproof: bool | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    #: Settings that RESET takes away; `all` for every one.
    reset: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateView:
    """CREATE VIEW and CREATE MATERIALIZED VIEW."""

    view: str
    query: Expression
    materialized: bool = False
    replace: bool = False
    if_not_exists: bool = False
    temporary: bool = False
    #: Of WITH (…), lower case: `security_invoker` → `true`.
    options: Mapping[str, str] = field(default_factory=dict)
    #: Names of its columns, as far as the text tells them; an empty name where it does not.
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTrigger:
    """CREATE TRIGGER, CREATE RULE and CREATE EVENT TRIGGER."""

    trigger: str
    #: Empty for an event trigger.
    table: str
    function: str = ""
    #: `before`, `after`, `instead of`; `rule`, `event trigger`
    timing: str = ""
    events: tuple[str, ...] = ()
    replace: bool = False
    for_each_row: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Do:
    """A DO block; what it holds follows as statements of their own."""

    language: str
    #: Expressions of EXECUTE that are not plain constants.
    dynamic: tuple[Expression, ...] = ()
    #: Where the grammar gives up in it.
    fault: SyntaxFault | None = None
