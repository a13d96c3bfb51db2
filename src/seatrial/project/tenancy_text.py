"""A tenancy as the `[tenancy]` section of `seatrial.toml`, each line with its reason behind it."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING

from seatrial.project.tenancy import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seatrial.model.tenancy import TableRule, Tenancy

__all__ = ["INFERRED", "rule_lines", "tenancy_lines"]

#: Behind the first key of a section that was inferred.
INFERRED = "remove this line when you have read it; until then it can fail a release, but not pass it"


def tenancy_lines(
    tenancy: Tenancy, *, platform: str, reasons: Mapping[str, str], unsure: Sequence[str] = ()
) -> list[str]:
    """The lines of the section.

    Args:
        tenancy: what they say.
        platform: what it says by itself is left out.
        reasons: by place: `tables."public.contacts".tenant`.
        unsure: sentences that come first, as comments.
    """
    lines = ["[tenancy]"]
    if tenancy.inferred:
        lines.append(f"inferred = true # {INFERRED}")
    lines += [_comment(f"Not sure: {one}.") for one in unsure]
    usual = ROLES[platform]
    for key in ("tenant_table", "tenant_key", *usual, "user_claim", "user_setting"):
        if (value := getattr(tenancy, key)) != {**usual, "user_claim": "sub", "user_setting": ""}.get(key):
            lines.append(_line(key, value, reasons.get(key, "")))
    for section in ("membership", "claim", "super_administrator"):
        if found := getattr(tenancy, section):
            lines += ["", f"[tenancy.{section}]", *_keys(found, f"{section}.", reasons)]
    for rule in tenancy.tables.values():
        lines += ["", *rule_lines(rule, reasons)]
    return [*lines, *_lists(tenancy)]


def rule_lines(rule: TableRule, reasons: Mapping[str, str]) -> list[str]:
    """The section of one table."""
    place = f"tables.{_text(rule.table)}"
    return [f"[tenancy.{place}]", *_keys(rule, f'tables."{rule.table}".', reasons, left_out="table")]


def _lists(tenancy: Tenancy) -> Iterator[str]:
    for shared in tenancy.shared:
        yield from ("", "[[tenancy.shared]]", _line("function" if "(" in shared.name else "table", shared.name))
        yield from (_line("select", shared.select), _line("why", shared.why))
    for unreadable in tenancy.unreadable:
        yield from ("", "[[tenancy.unreadable]]", *_keys(unreadable, "", {}))
    for name, arguments in tenancy.arguments.items():
        yield from ("", f"[tenancy.functions.{_text(name)}]", _line("arguments", arguments))


def _keys(record: object, place: str, reasons: Mapping[str, str], left_out: str = "") -> Iterator[str]:
    """A line for each field that says something."""
    for one in fields(record):  # type: ignore[arg-type]
        value = getattr(record, one.name)
        # A condition on what is seen is a text.
        if one.name == "only" and set(value) == {"select"}:
            value = next(iter(value.values()))
        if one.name != left_out and (value or (value is False and one.name == "equals")):
            yield _line(one.name, value, reasons.get(f"{place}{one.name}", ""))


def _line(key: str, value: object, reason: str = "") -> str:
    return f"{key} = {_value(value)}" + (f" {_comment(reason)}" if reason else "")


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_text(key)} = {_value(held)}" for key, held in value.items()) + " }"
    return json.dumps(value) if isinstance(value, bool | int) else _text(str(value))


def _text(value: str) -> str:
    """In quotes; JSON knows all escapes that TOML needs but one."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(words: str) -> str:
    """A name may hold anything, and a comment no line end."""
    return "# " + "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in words)
