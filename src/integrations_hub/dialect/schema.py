"""What is exposed: relations with their columns, functions with their arguments; and which one a request means."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

from integrations_hub.dialect.refusals import missing
from integrations_hub.domain.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

__all__ = ["Argument", "ForeignKey", "Function", "Relation", "RelationColumn", "Schema"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignKey:
    """Where a column's value has to exist."""

    relation: str
    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationColumn:
    """A column of a table or view."""

    name: str
    #: As SQL writes it, with its schema where it needs one; comes from the catalog and from nowhere else.
    type: str
    nullable: bool = True
    #: No row can be put in without it.
    required: bool = False
    #: SQL, as the type.
    default: str | None = None
    #: The database makes its value.
    generated: bool = False
    choices: tuple[str, ...] = ()
    references: ForeignKey | None = None
    comment: str | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Relation:
    """A table or view; each reading of the catalog makes new ones, and none of them equals another."""

    id: int
    schema: str
    name: str
    columns: Mapping[str, RelationColumn]
    primary_key: tuple[str, ...] = ()
    writable: bool = True
    comment: str | None = None

    @property
    def types(self) -> dict[str, str]:
        """Of the columns."""
        return {each.name: each.type for each in self.columns.values()}

    def column(self, name: str) -> RelationColumn:
        """The column.

        Raises:
            Refusal: there is none of that name.
        """
        try:
            return self.columns[name]
        except KeyError:
            message = f"Could not find the '{name}' column of '{self.name}' in the schema cache"
            raise Refusal(400, "PGRST204", message, hint=_near(name, self.columns)) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """What a function takes."""

    name: str
    #: As of RelationColumn.
    type: str
    optional: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Function:
    """A function; as with relations, none equals another."""

    id: int
    schema: str
    name: str
    arguments: tuple[Argument, ...] = ()
    #: What it returns: nothing, a value, a row, any number of them, or what the call has to say.
    returns: Literal["void", "value", "row", "values", "rows", "record"]
    changes: bool = True
    variadic: bool = False
    comment: str | None = None

    def takes(self, names: Collection[str]) -> bool:
        """Whether it can be called with these arguments and no other."""
        known = {argument.name for argument in self.arguments}
        needed = {argument.name for argument in self.arguments if not argument.optional}
        return known >= set(names) >= needed and "" not in known


@dataclass(frozen=True, kw_only=True)
class Schema:
    """All that is exposed, by schema and name."""

    relations: Mapping[tuple[str, str], Relation] = field(default_factory=dict)
    functions: Mapping[tuple[str, str], tuple[Function, ...]] = field(default_factory=dict)

    def relation(self, schema: str, name: str) -> Relation:
        """The relation.

        Raises:
            Refusal: there is none.
        """
        try:
            return self.relations[schema, name]
        except KeyError:
            message = f"Could not find the table '{schema}.{name}' in the schema cache"
            raise Refusal(404, "PGRST205", message, hint=_near(name, _names(self.relations, schema), schema)) from None

    def function(self, schema: str, name: str, arguments: Collection[str]) -> Function:
        """The only function of that name that takes these arguments.

        Raises:
            Refusal: there is none, or more than one.
        """
        overloads = self.functions.get((schema, name), ())
        fitting = [each for each in overloads if each.takes(arguments)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            listed = ", ".join(map(_signature, fitting))
            raise Refusal(
                300, "PGRST203", f"Could not choose the best candidate function between: {listed}",
                hint="Functions that are told apart by the types of their arguments alone cannot be called.",
            )  # fmt: skip
        if any([each.name for each in overload.arguments] == [""] for overload in overloads):
            raise missing("functions with an unnamed parameter", f"{schema}.{name}")
        raise self._no_function(schema, name, arguments, overloads)

    def _no_function(
        self, schema: str, name: str, arguments: Collection[str], overloads: tuple[Function, ...]
    ) -> Refusal:
        asked = f"{schema}.{name}({', '.join(sorted(arguments))})"
        if overloads:
            hint: str | None = f"Perhaps you meant to call the function {_signature(overloads[0])}"
        else:
            hint = _near(name, _names(self.functions, schema), schema, "call the function ")
        return Refusal(404, "PGRST202", f"Could not find the function {asked} in the schema cache", hint=hint)


def _names(known: Iterable[tuple[str, str]], schema: str) -> list[str]:
    return [name for its_schema, name in known if its_schema == schema]


def _near(name: str, known: Iterable[str], schema: str = "", what: str = "") -> str | None:
    near = get_close_matches(name[:100], list(known), n=1)
    return (
        f"Perhaps you meant {'to ' if what else ''}{what}'{schema}{'.' if schema else ''}{near[0]}'" if near else None
    )


def _signature(function: Function) -> str:
    arguments = ", ".join(f"{each.name or '$'} => {each.type}" for each in function.arguments)
    return f"{function.schema}.{function.name}({arguments})"
