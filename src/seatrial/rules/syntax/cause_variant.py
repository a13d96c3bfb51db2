"""Forms that PostgreSQL has for some objects only, and forms that other systems have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.rules.syntax.cause import Cause

if TYPE_CHECKING:
    from seatrial.rules.syntax.refusal import Refusal

__all__ = ["or_replace", "other_dialect", "when_not_there"]

_NOT_THERE = re.compile(r"\bif\s+not\s+exists\s+", re.IGNORECASE)
_REPLACE = re.compile(r"\bor\s+replace\s+", re.IGNORECASE)
_POLICY = re.compile(r"create\s+policy\s+(?P<name>\"[^\"]+\"|\S+)\s+on\s+(?P<table>[^\s(]+)", re.IGNORECASE)
_CONSTRAINT = re.compile(
    r"alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?(?P<table>\S+)\s+add\s+constraint\s+(?P<name>\S+)", re.IGNORECASE
)
_DIALECTS = {
    "`": ('names are quoted with " in PostgreSQL', 'Write "name" in place of `name`, or no quotes at all'),
    "#": ("a comment begins with -- in PostgreSQL", "Write -- in place of #"),
    "auto_increment": (
        "AUTO_INCREMENT is MySQL's",
        "Write: bigint generated always as identity",
    ),
    "autoincrement": ("AUTOINCREMENT is SQLite's", "Write: bigint generated always as identity"),
    "engine": ("ENGINE is MySQL's", "Delete the table option"),
    "nvarchar": ("NVARCHAR is SQL Server's", "Write: text"),
    "go": ("GO is a command of SQL Server's tools", "Delete the line"),
}


def when_not_there(refusal: Refusal) -> Cause | None:
    """IF NOT EXISTS on what has no such form: policies, triggers, types, constraints, functions, roles."""
    words = refusal.words
    if refusal.word not in {"not", "exists"} or "if" not in words[-3:] or words[0] not in {"create", "alter"}:
        return None
    kind = words[words.index("if") - 1]
    if "constraint" in words:
        kind = "constraint"
    return _cause(f"PostgreSQL has no IF NOT EXISTS for a {kind}", kind, _NOT_THERE.sub("", _statement(refusal), 1))


def or_replace(refusal: Refusal) -> Cause | None:
    """OR REPLACE on what has no such form: policies, types, tables, indexes."""
    words = refusal.words
    if words[:3] != ["create", "or", "replace"] or words[-2] != "replace":
        return None
    kind = refusal.word
    return _cause(f"PostgreSQL has no OR REPLACE for a {kind}", kind, _REPLACE.sub("", _statement(refusal), 1))


def other_dialect(refusal: Refusal) -> Cause | None:
    """A word or a mark of another database system."""
    known = _DIALECTS.get(refusal.word)
    return Cause(why=known[0], fix=known[1]) if known else None


def _cause(why: str, kind: str, plain: str) -> Cause:
    return Cause(why=why, fix=_FIXES.get(kind, _guarded)(plain))


def _statement(refusal: Refusal) -> str:
    return refusal.text[refusal.opening : refusal.end].rstrip()


def _guarded(plain: str) -> str:
    tag = "$do$" if "$$" in plain else "$$"
    body = plain if plain.endswith(";") else f"{plain};"
    return f"do {tag}\nbegin\n    {body}\nexception when duplicate_object then null;\nend\n{tag};"


def _dropped_first(plain: str) -> str:
    match = _POLICY.match(plain)
    if not match:
        return _guarded(plain)
    return f"drop policy if exists {match['name']} on {match['table'].rstrip(';')};\n{plain}"


def _constraint(plain: str) -> str:
    match = _CONSTRAINT.match(plain)
    if not match:
        return _guarded(plain)
    return f"alter table {match['table']} drop constraint if exists {match['name']};\n{plain}"


def _replaced(plain: str) -> str:
    return re.sub(r"^create\s+", "create or replace ", plain, count=1, flags=re.IGNORECASE)


def _unless_there(plain: str) -> str:
    return re.sub(r"^create\s+(\w+)\s+", r"create \1 if not exists ", plain, count=1, flags=re.IGNORECASE)


_FIXES = {
    "policy": _dropped_first,
    "constraint": _constraint,
    "trigger": _replaced,
    "function": _replaced,
    "procedure": _replaced,
    "table": _unless_there,
    "index": _unless_there,
    "sequence": _unless_there,
    "schema": _unless_there,
}
