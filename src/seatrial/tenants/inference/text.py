"""What stands in conditions of policies and in bodies of functions: claims, settings, comparisons, constants.

The texts are searched, not understood: what comes of it are guesses with reasons, which a person reads.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

__all__ = ["Read", "compared", "constants", "flat", "is_null", "lowest", "me", "reads"]

#: Parentheses, casts and names that the server adds say nothing that is asked here.
_NOISE = re.compile(r"[()]|::\s*[\w.]+(?:\s+varying|\s+without time zone)?(?:\[\])?|\bAS \w+|\bSELECT\b", re.IGNORECASE)
_STEP = re.compile(r"\s*(?:->>?\s*'([^']+)'|#>>?\s*'\{([^}']*)\}')")
_BEGIN = re.compile(r"\bjwt\b|current_setting\s+'request\.jwt\.claims'(?:\s*,\s*\w+)?(?:\s*,\s*'')?", re.IGNORECASE)
_SETTING = re.compile(r"current_setting\s+'([^']+)'", re.IGNORECASE)
_VALUES = r"(?:'(?:[^']|'')*'|true|false|\d+)"
_AFTER = re.compile(
    rf"(?:\s*,\s*\w+)?\s*(?:(?:=\s*ANY\s+ARRAY\s*\[|IN)\s*((?:{_VALUES}[\s,\]]*)+)|=\s*({_VALUES}))", re.IGNORECASE
)
_MANY = re.compile(r"\s*(?:\?|@>|\)?\s*,\s*'')")
_TEXT = re.compile(r"'((?:[^']|'')*)'")
_EXCLUDED = re.compile(
    r"(?:<>|!=)\s*(?:ALL\s+)?(?:ARRAY\s*\[)?((?:'[^']*'[\s,\]]*)+)|NOT IN\s+((?:'[^']*'[\s,]*)+)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A place where a text asks the request something."""

    #: Keys of the token with points between them, or the name of a setting.
    name: str
    is_setting: bool
    #: What it is compared with there, where that is constant.
    equals: tuple[str, ...]
    #: It is treated as a list.
    many: bool


def flat(text: str) -> str:
    """The text without parentheses, casts and other noise: `user_id = auth.uid AND org = ANY app.orgs`."""
    return " ".join(_NOISE.sub(" ", text).split())


def reads(text: str) -> Iterator[Read]:
    """Every claim and every setting that a text reads."""
    told = flat(text)
    for begin in _BEGIN.finditer(told):
        at, keys = begin.end(), list[str]()
        while step := _STEP.match(told, at):
            keys += [step[1]] if step[1] else step[2].split(",")
            at = step.end()
        if keys:
            many = bool(_MANY.match(told, at)) or "elements" in told[max(0, begin.start() - 60) : begin.start()]
            yield Read(name=".".join(keys), is_setting=False, equals=_equals(told, at), many=many)
    for found in _SETTING.finditer(told):
        name = found[1]
        if name.startswith("request.jwt.claim."):
            yield Read(name=name.removeprefix("request.jwt.claim."), is_setting=False, equals=(), many=False)
        elif not name.startswith(("request.", "role", "search_path")):
            yield Read(name=name, is_setting=True, equals=_equals(told, found.end()), many=False)


def _equals(told: str, at: int) -> tuple[str, ...]:
    found = _AFTER.match(told, at)
    if not found:
        return ()
    return tuple(one.strip("'").replace("''", "'") for one in re.findall(_VALUES, found[1] or found[2]))


def me(user_setting: str) -> str:
    """A pattern for who is signed in, in a flat text."""
    setting = (
        f"current_setting '{re.escape(user_setting)}'" if user_setting else "current_setting 'request.jwt.claim.sub'"
    )
    return rf"(?:auth\.uid|auth\.jwt ->> 'sub'|(?:NULLIF )?{setting})"


def compared(text: str, table: str, other: str) -> list[str]:
    """Columns of the policy's own table that a text compares with something.

    Inside a subquery the server writes every column with its table, so a bare one is the policy's own.

    Args:
        text: as the server prints it.
        table: bare name of the policy's table.
        other: a pattern for the flat text.
    """
    own = rf'(?<![\w."])(?:"?{re.escape(table)}"?\.)?("[^"]+"|[a-z_]\w*)'
    told = flat(text)
    found = [*re.findall(rf"{own} = {other}", told), *re.findall(rf"{other} = {own}(?![\w.])", told)]
    return [name for name in found if name.lower() not in {"any", "null", "auth"}]


def is_null(text: str, column: str) -> bool:
    """Whether a text speaks of rows with nothing in a column."""
    return f"{column} IS NULL" in flat(text) or f"{column} IS NOT DISTINCT FROM" in flat(text)


def constants(text: str) -> list[str]:
    """Every text constant, in order."""
    return [one.replace("''", "'") for one in _TEXT.findall(text)]


def lowest(text: str, roles: Collection[str]) -> str:
    """The lowest of the roles that a text names, or the lowest that it does not exclude; empty where it names none."""
    told = flat(text)
    excluded = {one for found in _EXCLUDED.finditer(told) for one in constants(found[0])}
    wanted = [role for role in roles if role in set(constants(_EXCLUDED.sub(" ", told)))]
    if wanted:
        return wanted[0]
    return next((role for role in roles if role not in excluded), "") if excluded & set(roles) else ""
