"""A saved stand-in is looked at before anything of it is used or shown: whoever makes one makes its digest as well."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from seatrial.errors import CannotRun
from seatrial.standin.file import read_saved

if TYPE_CHECKING:
    from pathlib import Path

GOOD: dict[str, Any] = {
    "target": "production", "taken_at": "2026-01-02T03:04:05+00:00", "tool": "seatrial 99.0", "server_version": 170004,
    "role": "postgres", "database": "postgres",
    "catalog": {"format": 1, "server_version": 170004, "objects": [], "dropped": []},
    "definitions": [{"kind": "table", "name": "public.a", "phase": "tables", "sql": "CREATE TABLE public.a",
                     "parent": ["schema", "public"]}],
    "ledger": {"seatrial.steps": ["(1)"]}, "relation_statistics": [],
    "column_statistics": [{"schema": "public", "table": "a", "column": "b", "inherited": False, "facts": {"n": "1"}}],
    "sizes": {"public.a": {"rows": None, "bytes": 0, "pages": 0}}, "left": [{"what": "it", "why": "so"}],
}  # fmt: skip


def made(folder: Path, **changed: object) -> Path:
    """A file with a digest that is right."""
    content = GOOD | changed
    digest = sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    path = folder / "standin.json"
    path.write_text(json.dumps({"format": 1, "digest": digest, "standin": content}), encoding="utf-8")
    return path


def test_one_of_a_newer_seatrial_is_taken_as_long_as_its_format_is_the_same(tmp_path: Path) -> None:
    assert read_saved(made(tmp_path)).tool == "seatrial 99.0"


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("target", "garbage\n::error::x \x1b[31m"),
        ("target", ""),
        ("target", "x" * 300),
        ("target", ["production"]),
        ("taken_at", "yesterday"),
        ("taken_at", "2026-01-02T03:04:05\n::error::x"),
        ("tool", "a\rb"),
        ("role", None),
        ("database", "a\u202eb"),
        ("server_version", "180000"),
        ("server_version", 180000.5),
        ("server_version", True),
        ("server_version", None),
        ("server_version", 120004),
        ("server_version", 17),
        ("server_version", 10**12),
        ("catalog", {"format": 2}),
        ("catalog", {"format": 1, "server_version": "\x1b[31m", "objects": [], "dropped": []}),
        ("definitions", [{"kind": "table", "name": "a", "phase": "tables", "sql": ["CREATE"]}]),
        ("definitions", [{"kind": "table", "name": "a", "phase": "tables", "parent": ["schema"]}]),
        ("ledger", {"public.boats": ["(1)"]}),
        ("ledger", {"seatrial.steps": [{"a": 1}]}),
        ("sizes", {"public.a": {"rows": "many", "bytes": 0, "pages": 0}}),
        ("left", [{"what": 1, "why": "so"}]),
        ("column_statistics", [{"schema": "a", "table": "a", "column": "b", "inherited": 0, "facts": {}}]),
        ("planner_settings", {"work_mem": 4096}),
        ("relation_statistics", [{"schema": "a", "name": "a", "pages": 1, "rows": 1, "all_visible": 1, "bytes": "8"}]),
        ("more", 1),
    ],
)
def test_what_cannot_be_in_one_is_refused(part: str, value: object, tmp_path: Path) -> None:
    with pytest.raises(CannotRun) as refused:
        read_saved(made(tmp_path, **{part: value}))
    assert refused.value.code == "standin.unusable"
    assert "\x1b" not in refused.value.why
    assert "::error" not in refused.value.why
