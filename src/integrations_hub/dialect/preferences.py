"""The header Prefer (RFC 7240), as PostgREST documents it."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import lru_cache
from typing import Any

from integrations_hub.dialect.records import Preferences
from integrations_hub.dialect.refusals import missing
from integrations_hub.domain.refusal import Refusal

__all__ = ["applied", "read_preferences"]

VALUES = {
    "count": ("exact", "planned", "estimated"),
    "return": ("minimal", "headers-only", "representation"),
    "resolution": ("merge-duplicates", "ignore-duplicates"),
    "missing": ("default", "null"),
    "handling": ("strict", "lenient"),
    "tx": ("commit", "rollback"),
}
FIELDS = {"return": "returns", "max-affected": "max_affected"}
#: Of a number in a preference.
DIGITS = 9


@lru_cache(maxsize=256)
def read_preferences(headers: tuple[str, ...]) -> Preferences:
    """What the headers ask for; of a preference that is named twice the first counts.

    Raises:
        Refusal: one is not known, and handling is strict; or one is not implemented.
    """
    found: dict[str, Any] = {}
    unknown = []
    for preference in (part.strip() for header in headers for part in header.split(",")):
        name, _, value = preference.partition("=")
        if name == "timezone":
            raise missing("preference timezone", f"in Prefer: {preference}")
        if value in VALUES.get(name, ()):
            found.setdefault(FIELDS.get(name, name), value)
        elif name == "max-affected" and value.isascii() and value.isdigit() and len(value) <= DIGITS:
            found.setdefault("max_affected", int(value))
        elif preference:
            unknown.append(preference)
    preferences = Preferences(**found)
    if preferences.handling == "strict" and unknown:
        raise Refusal(
            400, "PGRST122", "Invalid preferences given with handling=strict",
            details=f"Invalid preferences: {', '.join(unknown)}",
        )  # fmt: skip
    return preferences if preferences.handling == "strict" else replace(preferences, max_affected=None)


def applied(preferences: Preferences, *names: str) -> dict[str, str]:
    """The header that says which of these preferences were followed."""
    words = {field: word for word, field in FIELDS.items()}
    told = [
        f"{words.get(each.name, each.name)}={value}"
        for each in fields(preferences)
        if each.name in names and (value := getattr(preferences, each.name)) not in {"", None}
    ]
    return {"Preference-Applied": ", ".join(told)} if told else {}
