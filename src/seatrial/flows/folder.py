"""What every flow begins with: the release folder, read and parsed."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from seatrial.errors import Refused
from seatrial.flows.shipped import DEMO, demo_production, shipped_release
from seatrial.model.finding import Finding, Level
from seatrial.model.migration import Migration, migration_of
from seatrial.model.release import Target
from seatrial.project.release import read_release
from seatrial.project.settings import read_settings, read_supabase_config
from seatrial.project.targets import named_targets, resolve
from seatrial.rules.run import run
from seatrial.sql.parse import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.release import Release
    from seatrial.model.source import Script

__all__ = ["Folder", "again", "read_folder", "target_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A release and everything that can be known of it without a database."""

    release: Release
    scripts: tuple[Script, ...]
    findings: tuple[Finding, ...]
    #: The files that are migrations, in the order in which they are applied.
    migrations: tuple[Migration, ...]

    def refuse_if_blocked(self, applied: frozenset[str] = frozenset()) -> None:
        """Stop here when a finding blocks.

        Args:
            applied: versions that are through already, so that nothing can be mended in their files; but where
                two files have such a version, one of them never ran.

        Raises:
            Refused: names the first finding and how to see all of them.
        """
        files = Counter(migration.version for migration in self.migrations)
        past = {m.script.source.path for m in self.migrations if m.version in applied and files[m.version] == 1}
        blocking = [
            finding for finding in self.findings if finding.level is Level.BLOCKS and finding.place.path not in past
        ]
        if blocking:
            first, more = blocking[0], len(blocking) - 1
            raise Refused(
                first.code,
                first.what,
                where=str(first.place),
                why=first.effect + (f" (and {more} more)" if more else ""),
                fix=f"{again('check', self.release.root)} shows every finding with its fix",
            )


def again(command: str, root: Path, target: str = "") -> str:
    """A command on the same folder and target, ready to copy.

    Args:
        command: `deploy`, with its options if it has any.
        root: the folder as it was given; the demo's target has its own.
        target: what stands after --target.
    """
    here = root == Path() or target == DEMO
    there = "" if here else quote(str(root))
    options = f" --target {target}" if target else ""
    # It takes versions where the others take a folder.
    if command.startswith("repair") and there:
        return f"cd {there} && seatrial {command}{options}"
    return f"seatrial {command}{' ' if there else ''}{there}{options}"


def read_folder(root: Path, wanted: str = "") -> Folder:
    """Read, parse and check a release folder; for the demo's production the shipped one, wherever we are.

    Raises:
        CannotRun: no such folder, no migrations, unusable settings.
    """
    release = read_release(shipped_release() if wanted == DEMO else root)
    scripts = tuple(parse(source) for source in release.sources)
    return Folder(
        release=release,
        scripts=scripts,
        findings=run(scripts),
        migrations=tuple(migration_of(script) for script in scripts if script.source.version),
    )


@contextmanager
def target_of(root: Path, wanted: str) -> Iterator[Target]:
    """The target that a name or a DSN means in this folder; the demo's production runs as long as it is needed."""
    if wanted == DEMO:
        with demo_production() as server:
            yield Target(name=DEMO, dsn=server.own_dsn(), argument=DEMO)
        return
    settings = read_settings(root / "seatrial.toml")
    config = read_supabase_config(root / "supabase" / "config.toml")
    yield resolve(wanted, named_targets(settings, config, root))
