"""What of `seatrial.toml` somebody else may see: a list of what is harmless, and nothing besides."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seatrial.project.settings import Settings, TargetSettings

__all__ = ["shown"]

#: Neither questions nor answers, claims, parameters or words: they may hold values of rows.
HARMLESS: dict[str, Any] = {
    "project": True,
    "docs": True,
    "deploy": True,
    "expect": {"__all__": {"name"}},
    "functional": {"__all__": {"name", "role"}},
    "workload": {"__all__": {"name", "role", "index", "limit_ms", "writes"}},
    "waive": {"__all__": {"code", "file", "until"}},
    "tenancy": {
        "tenant_table": True,
        "tenant_key": True,
        "anonymous_role": True,
        "signed_in_role": True,
        "service_role": True,
        "inferred": True,
        "membership": {"table", "tenant", "user"},
        "tables": {"__all__": {"system_rows", "optional"}},
        "shared": {"__all__": {"table", "function", "select"}},
        "unreadable": {"__all__": {"table", "columns"}},
    },
}
_ENV = re.compile(r"env\(\w+\)")


def shown(settings: Settings) -> dict[str, Any]:
    """Those that the file sets; of targets, only which variable of the environment something comes from."""
    found = settings.model_dump(mode="json", by_alias=True, exclude_unset=True, include=HARMLESS)
    left = sorted(settings.model_fields_set - HARMLESS.keys() - {"targets"})
    return {
        **found,
        "targets": {name: _target(each) for name, each in settings.targets.items()},
        "sections left out": left,
    }


def _target(settings: TargetSettings) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) and _ENV.fullmatch(value.strip()) else "(left out)"
        for name, value in settings.model_dump(exclude_unset=True).items()
    }
