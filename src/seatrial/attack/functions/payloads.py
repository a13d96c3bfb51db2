"""Texts that do something where they become a part of SQL, and nothing where they stay texts."""

from __future__ import annotations

from typing import Final

__all__ = ["CAST", "PAYLOADS", "RAN", "SETTING", "betrays"]

SETTING: Final = "seatrial.injected"
#: It is seen where what was injected was executed.
RAN: Final = f"set_config('{SETTING}', '1', true)"
#: It is seen in the error where what was injected was parsed, even if no row was there to execute it on.
CAST: Final = "'seatrial_injected'::int"

#: By the place that they break out of; `{x}` is an expression, `{table}` and `{column}` are there.
PAYLOADS: Final = (
    # Within quotes, alone and in a condition with one or two parentheses.
    "' || ({x}) || '",
    "' OR ({x}) IS NOT NULL --",
    "') OR ({x}) IS NOT NULL --",
    "')) OR ({x}) IS NOT NULL --",
    "'; SELECT {x}; --",
    # In the place of a number, an expression, or something to sort by.
    "(SELECT {x})",
    "1 OR ({x}) IS NOT NULL",
    "1; SELECT {x}; --",
    # Behind a column to sort by, and within the quotes of a name.
    "ASC, (SELECT {x})",
    '{column}" IS NULL OR ({x}) IS NOT NULL --',
    '{column}", ({x}) --',
    '{table}" WHERE ({x}) IS NOT NULL --',
    # In the place of a table.
    "(SELECT {x}) AS injected --",
    "{table} WHERE ({x}) IS NOT NULL --",
    "{table}; SELECT {x}; --",
    # Within a text in dollars.
    "$$ || ({x}) || $$",
)


def betrays(sqlstate: str, message: str) -> bool:
    """Whether an error can only come from the marker itself, not from a text that has it in it."""
    return sqlstate == "22P02" and message.endswith('integer: "seatrial_injected"')
