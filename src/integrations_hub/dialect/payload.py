"""The body of a request: JSON that the database reads; here only its keys are looked at."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from uuid import UUID

from integrations_hub.dialect.refusals import bad_body

#: No character, and in no UTF-8; JSON's escapes can write it.
HALF = re.compile("[\ud800-\udfff]")

__all__ = ["Payload", "organization_in", "read_payload"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """Objects with the same keys."""

    #: JSON, as it was sent.
    text: str
    keys: tuple[str, ...]
    #: How many.
    objects: int
    is_array: bool = False

    @property
    def array(self) -> str:
        """The objects as a JSON array."""
        return self.text if self.is_array else f"[{self.text}]"


def read_payload(body: bytes, *, any_keys: bool = False) -> Payload:
    """The body.

    Args:
        body: as it came.
        any_keys: the objects need not have the same keys, as others were named.

    Raises:
        Refusal: no JSON, or no objects, or their keys differ.
    """
    try:
        text = body.decode()
        value = json.loads(text, parse_constant=_no_json)
    except (ValueError, RecursionError):
        raise bad_body("Empty or invalid json") from None
    objects = value if isinstance(value, list) else [value]
    if not all(isinstance(each, dict) for each in objects):
        raise bad_body("A JSON object, or an array of objects, is needed")
    keys = tuple(objects[0]) if objects else ()
    if not any_keys and any(each.keys() != objects[0].keys() for each in objects):
        raise bad_body("All object keys must match")
    if HALF.search("".join(keys)):
        raise bad_body("A key has half of a surrogate pair in it")
    return Payload(text=text, keys=keys, objects=len(objects), is_array=objects is value)


def organization_in(body: bytes) -> str | None:
    """The only organization that a body names, which need not be there: for the audit trail of a refusal."""
    try:
        value = json.loads(body)
        rows = value if isinstance(value, list) else [value]
        named = {str(UUID(row["organization_id"])) for row in rows}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    return named.pop() if len(named) == 1 else None


def _no_json(word: str) -> None:
    raise ValueError(word)
