"""The dialect's description of itself, OpenAPI 2.0 as PostgREST serves it: what one caller may use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from integrations_hub.dialect.filters import OPERATORS
from integrations_hub.dialect.media import JSON, SINGLE
from integrations_hub.dialect.properties import arguments, row, row_to_insert, row_to_update

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from integrations_hub.dialect.schema import Function, Relation

__all__ = ["Rights", "describe"]

Document = dict[str, Any]
TITLE = "Integrations hub: the dialect of PostgREST"
ABOUT = "Relations and functions that the caller may use. The hub speaks a part of the dialect."
FILTER = rf"^(not\.)?({'|'.join(OPERATORS)})(\([^)]*\))?\."
ERROR = {
    "description": "What was refused, with PostgreSQL's code, details and hint",
    "schema": {
        "type": "object", "required": ["code", "message", "details", "hint"],
        "properties": {
            "code": {"type": "string"}, "message": {"type": "string"},
            "details": {"type": "string", "x-nullable": True}, "hint": {"type": "string", "x-nullable": True},
        },
    },
}  # fmt: skip
RANGE = {"Content-Range": {"type": "string", "description": "Which rows of how many, such as 0-24/573"}}
TOKEN = {"type": "apiKey", "in": "header", "name": "Authorization", "description": 'A token after the word "Bearer "'}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What the database lets the caller do with a relation."""

    select: bool = False
    insert: bool = False
    update: bool = False
    delete: bool = False


def describe(relations: Mapping[Relation, Rights], functions: Iterable[Function], base: str) -> Document:
    """The document.

    Args:
        relations: that the caller may use, and how.
        functions: that the caller may call; of several with one name the first is described.
        base: path that all others are below.
    """
    root = _operation("This document", "Introspection", {"200": {"description": "OK"}})
    paths: Document = {"/": {"get": {**root, "produces": ["application/openapi+json", JSON]}}}
    for relation, rights in relations.items():
        if operations := _relation(relation, rights):
            paths[f"/{relation.name}"] = operations
    for function in functions:
        paths.setdefault(f"/rpc/{function.name}", _function(function))
    return {
        "swagger": "2.0", "info": {"title": TITLE, "description": ABOUT, "version": "1"}, "basePath": base,
        "consumes": [JSON], "produces": [JSON, SINGLE], "paths": paths,
        "definitions": {each.name: _definition(each) for each in relations},
        "securityDefinitions": {"JWT": TOKEN}, "security": [{"JWT": []}],
    }  # fmt: skip


def _relation(relation: Relation, rights: Rights) -> Document:
    found: Document = {}
    tag, what = relation.name, relation.comment or relation.name
    filters = [_text(name, "query", FILTER, "A filter, such as eq.5") for name in relation.columns]
    select, many = _select(relation), {"type": "array", "items": row(relation)}
    rows = {"schema": many, "headers": RANGE}
    none = {"description": "No content", "headers": RANGE}
    if rights.select:
        page = [
            select, _order(relation), _number("limit"), _number("offset"),
            _text("Range", "header", r"^[0-9]{1,18}-$", "Which rows, such as 10-"),
            _one_of("Prefer", ["count=exact", "count=planned", "count=estimated"]),
        ]  # fmt: skip
        answers = {"200": {"description": "OK", **rows}, "206": {"description": "A part of the rows", **rows}}
        found["get"] = _operation(what, tag, answers, [*filters, *page])
    if relation.writable and rights.insert:
        answers = {"200": {"description": "Rows that were there", **rows}, "201": {"description": "Created", **rows}}
        wishes = ["return=minimal", "return=representation", "resolution=merge-duplicates"]
        body = _body(row_to_insert(relation))
        found["post"] = _operation(what, tag, answers, [select, _one_of("Prefer", wishes), body])
    change = {"200": {"description": "The rows", **rows}, "204": none}
    wish = _one_of("Prefer", ["return=minimal", "return=representation"])
    if relation.writable and rights.update:
        body = _body(row_to_update(relation))
        found["patch"] = _operation(what, tag, change, [*filters, select, wish, body])
    if relation.writable and rights.delete:
        found["delete"] = _operation(what, tag, change, [*filters, select, wish])
    return found


def _function(function: Function) -> Document:
    tag, what = f"(rpc) {function.name}", function.comment or function.name
    answers = {"200": {"description": "What it returns"}, "204": {"description": "It returns nothing"}}
    found = {"post": _operation(what, tag, answers, [_body(arguments(function.arguments), "args")])}
    if not function.changes:
        taken = arguments(function.arguments)
        needed = taken.get("required", ())
        parameters = [_text(name, "query", required=name in needed) for name in taken["properties"]]
        found["get"] = _operation(what, tag, answers, parameters)
    return found


def _definition(relation: Relation) -> Document:
    needed = [each.name for each in relation.columns.values() if not each.nullable]
    return {
        **row(relation), **({"description": relation.comment} if relation.comment else {}),
        **({"required": needed} if needed else {}),
    }  # fmt: skip


def _operation(what: str, tag: str, answers: Document, parameters: list[Document] | None = None) -> Document:
    summary, _, description = what.partition("\n")
    return {
        "tags": [tag], "summary": summary, **({"description": description.strip()} if description.strip() else {}),
        "parameters": parameters or [], "responses": {**answers, "default": ERROR},
    }  # fmt: skip


def _select(relation: Relation) -> Document:
    each = rf"(\*|([A-Za-z_][A-Za-z_0-9]*:)?({_names(relation)}))"
    return _text("select", "query", rf"^{each}(,{each})*$", "Columns, renamed or not, such as id,kind:type")


def _order(relation: Relation) -> Document:
    each = rf"({_names(relation)})(\.(asc|desc))?(\.nulls(first|last))?"
    return _text("order", "query", rf"^{each}(,{each})*$", "Columns, such as name.desc.nullslast")


def _names(relation: Relation) -> str:
    return "|".join(re.escape(name) for name in relation.columns)


def _text(name: str, place: str, pattern: str = "", about: str = "", *, required: bool = False) -> Document:
    return {
        "name": name, "in": place, "type": "string", "required": required,
        **({"pattern": pattern} if pattern else {}), **({"description": about} if about else {}),
    }  # fmt: skip


def _number(name: str) -> Document:
    return {"name": name, "in": "query", "type": "integer", "minimum": 0, "maximum": 10**9}


def _one_of(name: str, values: list[str]) -> Document:
    return {"name": name, "in": "header", "type": "string", "enum": values}


def _body(schema: Document, name: str = "body") -> Document:
    return {"name": name, "in": "body", "required": True, "schema": schema}
