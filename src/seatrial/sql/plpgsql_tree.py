"""A PL/pgSQL body as a tree: what of it reaches the SQL compiler, and which variables are to be seen there."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "Assign",
    "Block",
    "Body",
    "Branch",
    "Cursor",
    "CursorUse",
    "Declaration",
    "Dynamic",
    "Evaluate",
    "Fetch",
    "Handler",
    "Loop",
    "Name",
    "Query",
    "Return",
    "Statement",
    "Text",
]

#: A variable or a field of one: `("new", "id")`.
Name = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A piece of SQL, with the line on which it begins."""

    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """A cursor that is declared with its query."""

    parameters: tuple[tuple[str, str], ...]
    query: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """A variable, an alias or a cursor."""

    name: str
    line: int
    #: As it is written, without COLLATE and NOT NULL; empty for an alias.
    type: str = ""
    default: Text | None = None
    alias_of: Name = ()
    cursor: Cursor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign:
    """`place := value`."""

    line: int
    target: Name
    #: The whole left side, with subscripts.
    place: Text
    subscripted: bool
    value: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluate:
    """Expressions that are computed: PERFORM, parameters of RAISE, conditions of EXIT; and targets that are set."""

    line: int
    values: tuple[Text, ...]
    targets: tuple[Name, ...] = ()
    #: PERFORM, which may have any number of columns.
    is_perform: bool = False
    #: RAISE of an error, after which nothing of the statements beside it comes.
    is_error: bool = False
    #: ASSERT: the first value has to be true.
    is_assert: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A SQL statement of the body, without its INTO."""

    line: int
    sql: Text
    into: tuple[Name, ...] = ()
    #: The cursor that OPEN … FOR opens for it.
    opens: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dynamic:
    """EXECUTE: an expression whose value is SQL."""

    line: int
    command: Text
    using: tuple[Text, ...] = ()
    into: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CursorUse:
    """OPEN of a declared cursor, or a loop over it; without arguments or with the cursor's own."""

    line: int
    cursor: str
    arguments: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """FETCH … INTO; the cursor may be any variable of type refcursor."""

    line: int
    cursor: str
    into: tuple[Name, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """RETURN, RETURN NEXT (`is_next`) or RETURN QUERY (with a source)."""

    line: int
    value: Text | None = None
    is_next: bool = False
    source: Query | Dynamic | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """IF and CASE: for each arm, what is computed to choose it, and its statements."""

    line: int
    arms: tuple[tuple[tuple[Text, ...], tuple[Statement, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """Every kind of loop."""

    line: int
    label: str
    body: tuple[Statement, ...]
    #: The condition of WHILE, the bounds of a loop over integers.
    values: tuple[Text, ...] = ()
    #: The variable that a loop over integers makes for itself.
    counter: str = ""
    targets: tuple[Name, ...] = ()
    source: Query | Dynamic | CursorUse | None = None
    #: What FOREACH walks through.
    array: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """WHEN … THEN of an EXCEPTION clause."""

    #: Condition names in lower case, or SQLSTATEs.
    conditions: tuple[str, ...]
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """[DECLARE …] BEGIN … END."""

    line: int
    label: str
    declarations: tuple[Declaration, ...]
    body: tuple[Statement, ...]
    handlers: tuple[Handler, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A whole body; `conflict` is what #variable_conflict says, or empty."""

    conflict: str
    block: Block


Statement = Assign | Evaluate | Query | Dynamic | CursorUse | Fetch | Return | Branch | Loop | Block
