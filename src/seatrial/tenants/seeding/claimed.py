"""What is read of the verified token, beyond what users write themselves: claims, with the values that count."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["claimed"]

_TOKEN = re.compile(r"\bjwt\s*\(\s*\)|request\.jwt\.claims?\b")
#: Paths below what users write themselves.
_OWN = re.compile(r"'(?:raw_)?user_meta_?data'(?:::text)?\)*\s*->>?\s*'[^']+'|'\{user_metadata,[^']*'")
_KEY = r"(?:->>?|#>>?|\?)\s*'([^']+)'"
_SPELLED = r"(?:\s*::\s*[a-z]\w*(?:\[\])?)?"
_BEFORE = rf"{_SPELLED}(?:\s*,\s*'[^']*'{_SPELLED})?[)\s]*"
_TYPE = re.compile(
    rf"{_BEFORE}(?:::\s*|\bas\s+)(bool|int|bigint|smallint|numeric|uuid|date|timestamp|json)", re.IGNORECASE
)
_FALSE = re.compile(rf"{_SPELLED}[)\s]*,\s*'?(?:true|false)\b", re.IGNORECASE)
_COMPARED = re.compile(
    rf"{_BEFORE}(?:::\s*\w+[)\s]*)?(?:=|<>|!=|in\b|is\s+(?:not\s+)?distinct\s+from)\s*(?:any\b|all\b)?[(\s]*"
    rf"(?:array\s*\[\s*)?((?:'[^']*'{_SPELLED}[)\s,]*)+)", re.IGNORECASE,
)  # fmt: skip
_NUMBER = re.compile(rf"{_BEFORE}(?:::\s*\w+[)\s]*)?(>=|<=|<>|=|>|<)[(\s]*(\d{{1,9}})\b")
_QUOTED = re.compile(r"'([^']*)'")
_WORD = re.compile(r"[\w.@:-]{1,40}")
#: Numbers one further than what they are compared with.
_BEYOND = {">": 1, "<": -1}


def claimed(texts: Sequence[Mapping[str, Any]]) -> dict[str, tuple[object, ...]]:
    """Keys of the token, from what decides who sees which row, with the values that make a difference.

    Args:
        texts: conditions, bodies and definitions without comments, and the name of each function.
    """
    plain = [(row["function"], _OWN.sub("", row["text"])) for row in texts]
    direct = [(function, text) for function, text in plain if _TOKEN.search(text)]
    keys = {function: _keys(text) for function, text in direct if function}
    # A function that names no key hands on all of the token, or what it is asked for.
    hands_on = [function for function, own in keys.items() if not own]
    asks = rf"(?:{_KEY}|\b(?:{_any(hands_on)})\"?\s*\(\s*'([^']+)')" if hands_on else _KEY
    found: dict[str, dict[object, None]] = defaultdict(dict)
    for _, text in plain:
        if _TOKEN.search(text) or (hands_on and re.search(rf"\b(?:{_any(hands_on)})\"?\s*\(", text)):
            _read(text, re.compile(asks), found)
    for function, own in keys.items():
        call = re.compile(rf"\b{re.escape(function)}\"?\s*\([^()]*\)")
        values = [value for _, text in plain for at in call.finditer(text) for value in _values(text[at.end() :])]
        for key in own:
            found[key].update(dict.fromkeys(values))
    return {key: tuple(values) for key, values in found.items()}


def _any(names: Sequence[str]) -> str:
    return "|".join(map(re.escape, names))


def _keys(text: str) -> list[str]:
    return [_last(key) for key in re.findall(_KEY, text) if key not in {"app_metadata", "user_metadata"}]


def _last(path: str) -> str:
    return path.strip("{}").rpartition(",")[2].strip()


def _read(text: str, asks: re.Pattern[str], found: dict[str, dict[object, None]]) -> None:
    """Keys with what they are compared with; with all constants of the text where it cannot be told."""
    places = [(_last(next(filter(None, at.groups()))), text[at.end() :]) for at in asks.finditer(text)]
    keys = {key for key, _ in places} | {"app_metadata", "user_metadata"}
    others = [one for one in _QUOTED.findall(text) if _WORD.fullmatch(one) and not one.startswith("request.")]
    for key, rest in places:
        if key in {"app_metadata", "user_metadata"}:
            continue
        values = list(_values(rest))
        if not values and not _TYPE.match(rest):
            values = [_value(one) for one in others if one not in keys]
        found[key].update(dict.fromkeys(values))


def _values(rest: str) -> Iterator[object]:
    """What a text goes on to compare a value with, in the type that it gives it."""
    cast = _TYPE.match(rest)
    kind = cast.group(1).lower() if cast else ""
    if kind == "bool" or (not kind and _FALSE.match(rest)):
        yield True
    elif number := _NUMBER.match(rest):
        yield int(number.group(2)) + _BEYOND.get(number.group(1), 0)
    elif kind in {"", "json"} and (compared := _COMPARED.match(rest)):
        for one in _QUOTED.findall(compared.group(1)):
            yield from (_value(part.strip(' "')) for part in one.strip("{}").split(",") if part.strip())


def _value(text: str) -> object:
    return {"true": True, "false": False}.get(text, text)
