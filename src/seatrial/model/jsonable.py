"""Records of a watch as JSON and back: what is written down while it lasts is what a restart goes on from."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from seatrial.model import journal, notification, sample, signal, watch

__all__ = ["as_json", "from_json"]

_T = TypeVar("_T")
#: Between the parts of a key that is a pair; a name with one in it loses it.
_TAB = "\t"
#: What the records name in their types.
_NAMES = {**vars(journal), **vars(notification), **vars(sample), **vars(signal), **vars(watch), "Mapping": Mapping}


def as_json(record: object) -> Any:  # noqa: ANN401 - JSON
    """What `json.dumps` takes; fields that have their default are left out."""
    if is_dataclass(record) and not isinstance(record, type):
        return {one.name: as_json(getattr(record, one.name)) for one in fields(record) if _is_told(record, one)}
    if isinstance(record, Mapping):
        return {_key(key): as_json(value) for key, value in record.items()}
    if isinstance(record, frozenset):
        return sorted(record)
    if isinstance(record, tuple | list):
        return [as_json(one) for one in record]
    if isinstance(record, float):
        # Twelve digits are more than anything here is known to.
        return float(f"{record:.12g}")
    return record.value if isinstance(record, Enum) else record


def from_json(kind: type[_T], found: Any) -> _T:  # noqa: ANN401 - JSON
    """The record that `as_json` was given.

    Raises:
        ValueError, TypeError, KeyError: another version of Seatrial wrote it.
    """
    return _read(kind, found)  # type: ignore[no-any-return]


def _is_told(record: object, field: Any) -> bool:  # noqa: ANN401 - of dataclasses
    usual = field.default_factory() if field.default_factory is not MISSING else field.default
    return bool(getattr(record, field.name) != usual)


def _key(key: object) -> str:
    if isinstance(key, tuple):
        return _TAB.join(str(part).replace(_TAB, " ") for part in key)
    return str(key).replace(_TAB, " ")


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind, localns=_NAMES)


def _read(kind: Any, found: Any) -> Any:  # noqa: ANN401 - JSON
    origin, inner = get_origin(kind), get_args(kind)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{name: _read(hints[name], value) for name, value in found.items()})
    if origin in {Union, types.UnionType}:
        return None if found is None else _read(next(one for one in inner if one is not type(None)), found)
    if origin is tuple:
        kinds = inner[:1] * len(found) if inner[-1] is Ellipsis else inner
        return tuple(_read(of, one) for of, one in zip(kinds, found, strict=True))
    if origin is frozenset:
        return frozenset(found)
    if origin is Mapping:
        pairs = get_origin(inner[0]) is tuple
        return {tuple(key.split(_TAB)) if pairs else key: _read(inner[1], value) for key, value in found.items()}
    return kind(found) if isinstance(kind, type) and issubclass(kind, Enum | float) else found
