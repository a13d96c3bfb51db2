"""`seatrial-baseline.json`: the keys of findings that were there when a project began to use Seatrial."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath
from shlex import quote
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from seatrial.errors import CannotRun
from seatrial.model.claim import Claim, Written
from seatrial.project.files import read_regular
from seatrial.project.waivers import text_file

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seatrial.model.finding import Finding

__all__ = ["BASELINE", "BaselineEntry", "baseline_of", "baseline_text", "entry_of", "read_baseline"]

#: Name of the file, in the release folder.
BASELINE = "seatrial-baseline.json"
BECAUSE = "it was there before"


class BaselineEntry(BaseModel):
    """One finding; file and words are for whoever reads the file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    key: str = Field(pattern=r"^[A-Z]{3}[0-9]{3}-[0-9a-f]{8}$")
    file: str
    what: str


class _Baseline(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    format: Literal[1]
    findings: list[BaselineEntry]


def read_baseline(root: Path) -> tuple[tuple[BaselineEntry, Claim], ...] | None:
    """The entries of a release folder's baseline, each with what it claims; None where there is no baseline.

    Raises:
        CannotRun: the file is not one that Seatrial has written.
    """
    path = root / BASELINE
    try:
        content = read_regular(path)
        if content is None:
            return None
        text = content.decode("utf-8")
        found = _Baseline.model_validate(json.loads(text))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise _malformed(path, f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from None
    except OSError as error:
        raise _malformed(path, error.strerror or str(error)) from None
    except (ValueError, RecursionError) as error:
        raise _malformed(path, str(error)) from None
    script = text_file(BASELINE, text)
    return tuple(
        (one, Claim(
            written=Written.BASELINE, script=script, offset=max(0, text.find(f'{{"key": "{one.key}"')), code=one.key,
            because=BECAUSE,
        ))
        for one in found.findings
    )  # fmt: skip


def baseline_of(root: Path) -> tuple[Claim, ...]:
    """What a folder's baseline claims; nothing where there is none."""
    return tuple(claim for _, claim in read_baseline(root) or ())


def entry_of(finding: Finding) -> BaselineEntry:
    """The entry of a finding; the file without its folder, as in the key."""
    return BaselineEntry(key=finding.key, file=PurePosixPath(finding.place.path).name, what=finding.what)


def baseline_text(entries: Iterable[BaselineEntry]) -> str:
    """The file: sorted by key and one entry a line, so that a change of it can be read, and merged."""
    by_key = {one.key: one for one in entries}
    lines = [json.dumps(by_key[key].model_dump(), ensure_ascii=False) for key in sorted(by_key)]
    inside = "\n" + ",\n".join(lines) + "\n" if lines else ""
    return f'{{"format": 1, "findings": [{inside}]}}\n'


def _malformed(path: Path, why: str) -> CannotRun:
    there = "" if path.parent == Path() else f" {quote(str(path.parent))}"
    return CannotRun(
        "baseline-file.malformed", f"{BASELINE} cannot be used", where=str(path), why=why,
        fix=f"git checkout -- {quote(str(path))}, or delete it and run seatrial check{there} --write-baseline",
    )  # fmt: skip
