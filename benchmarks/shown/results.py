"""What scripts have written down, read again: as it lies here, or as it was committed last."""

from __future__ import annotations

import ast
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measured import RESULTS, Comparison

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Result", "about", "committed", "here", "parsed", "scripts"]

ROOT = Path(__file__).parents[2]
NO_SCRIPTS = frozenset({"every", "measured"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One run of one script."""

    script: str
    date: str
    revision: str
    machine: Mapping[str, object]
    comparisons: tuple[Comparison, ...]
    figures: Mapping[str, object]


def parsed(text: str) -> Result:
    """From the JSON that `publish` has written."""
    told: dict[str, Any] = json.loads(text)
    comparisons = tuple(
        Comparison(**{**one, "rounds": tuple((ours, other) for ours, other in one["rounds"])})
        for one in told.pop("comparisons")
    )
    return Result(**told, comparisons=comparisons)


def here() -> Sequence[Result]:
    """Of every script that has been run, in the order of their names."""
    return [parsed(path.read_text(encoding="utf-8")) for path in sorted(RESULTS.glob("*.json"))]


def committed(script: str) -> Result | None:
    """The last that is in the repository."""
    path = (RESULTS / f"{script}.json").relative_to(ROOT)
    done = subprocess.run(
        ["git", "show", f"HEAD:{path.as_posix()}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return None if done.returncode else parsed(done.stdout)


def scripts() -> list[str]:
    """The names of all comparisons: what lies in the folder, and is not what runs or records them."""
    return sorted(path.stem for path in RESULTS.parent.glob("*.py") if path.stem not in NO_SCRIPTS)


def about(script: str) -> tuple[str, str]:
    """What a script says of itself: its first line, and what follows."""
    text = (RESULTS.parent / f"{script}.py").read_text(encoding="utf-8")
    title, _, rest = (ast.get_docstring(ast.parse(text)) or script).partition("\n")
    return title, rest.strip()
