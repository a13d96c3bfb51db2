"""What every flow begins with: the release folder, read and parsed."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from seatrial.errors import Refused
from seatrial.flows.shipped import DEMO, demo_production, shipped_release
from seatrial.model.finding import Finding, Level, Waived, Withdrawn
from seatrial.model.migration import Migration, migration_of
from seatrial.model.release import Target
from seatrial.pg.connection import database_of
from seatrial.project.release import read_release
from seatrial.project.settings import read_settings, read_supabase_config
from seatrial.project.targets import GIVEN, named_targets, resolve
from seatrial.rules.assess import Seen, assess
from seatrial.rules.beside import in_comments
from seatrial.rules.heard import heard
from seatrial.rules.registry import rules
from seatrial.rules.run import in_order, review, run
from seatrial.rules.waivers import Claimed, settle
from seatrial.schema.build import build
from seatrial.sql.parse import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.release import Release
    from seatrial.model.schema import Schema
    from seatrial.model.source import Script

__all__ = ["Folder", "again", "read_folder", "target_of", "typed_name"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A release and everything that can be known of it without a database."""

    release: Release
    scripts: tuple[Script, ...]
    #: What the files build up; None where one of them could not be parsed.
    schema: Schema | None
    #: What counts; with what is wrong with waivers.
    findings: tuple[Finding, ...]
    waived: tuple[Waived, ...]
    #: The waivers, and what became of each.
    claimed: tuple[Claimed, ...]
    #: In UTC; waivers hold or are over by it.
    today: date
    #: The files that are migrations, in the order in which they are applied.
    migrations: tuple[Migration, ...]

    #: What was read and a rehearsal has not confirmed.
    withdrawn: tuple[Withdrawn, ...] = ()

    def held_against(self, judged: Sequence[Finding], seen: Seen, *, deployed: bool) -> Folder:
        """The same, once a rehearsal was judged: what was read is confirmed or withdrawn, and waivers settled anew.

        Args:
            judged: what the rehearsal showed.
            seen: what else it knows.
            deployed: whether it began from what is deployed; from nothing, no waiver of what was not seen is unused.
        """
        about_waivers = {rule.code for rule in rules() if rule.review}
        read = [finding for finding in self.findings if finding.code not in about_waivers]
        assessed = assess([*read, *(one.finding for one in self.waived)], judged, seen)
        settled = settle(
            assessed.findings, [one.claim for one in self.claimed],
            today=self.today, ran=heard(self.scripts, {path for path, _ in seen.statements} if deployed else ()),
        )  # fmt: skip
        return replace(
            self, waived=settled.waived, claimed=settled.claimed, withdrawn=assessed.withdrawn,
            findings=in_order([*settled.findings, *review(settled.claimed)]),
        )  # fmt: skip

    @property
    def about_files(self) -> tuple[Finding, ...]:
        """What is wrong with the files as files, whatever they do to a database."""
        codes = {rule.code for rule in rules() if rule.check or rule.review}
        return tuple(finding for finding in self.findings if finding.code in codes)

    @property
    def about_release(self) -> tuple[Finding, ...]:
        """What is wrong with what they do; a rehearsal can confirm it or not."""
        files = set(self.about_files)
        return tuple(finding for finding in self.findings if finding not in files)

    @property
    def is_runnable(self) -> bool:
        """Whether nothing keeps the files from being applied as they are."""
        return all(finding.level is not Level.BLOCKS for finding in self.about_files)

    def refuse_if_unrunnable(self) -> None:
        """Stop here when the files cannot be applied as they are.

        Raises:
            Refused: names the first finding and how to see all of them.
        """
        self._refuse([finding for finding in self.about_files if finding.level is Level.BLOCKS])

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
        self._refuse(blocking)

    def _refuse(self, blocking: Sequence[Finding]) -> None:
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


def read_folder(
    root: Path, wanted: str = "", *, today: date | None = None, after: str = "", files_only: bool = False
) -> Folder:
    """Read, parse and check a release folder; for the demo's production the shipped one, wherever we are.

    Args:
        root: the folder.
        wanted: name of a target; only the demo's matters here.
        after: the last version that counts as deployed; nobody uses what later files make.
        files_only: look at the files as files alone; what they do to a database has been, or will be, rehearsed.
        today: the day by which waivers hold or are over; the real one where none is given.

    Raises:
        CannotRun: no such folder, no migrations, unusable settings or baseline.
    """
    release = read_release(shipped_release() if wanted == DEMO else root)
    scripts = tuple(parse(source) for source in release.sources)
    today = today or datetime.now(UTC).date()
    schema = None
    if not files_only and not any(script.fault for script in scripts):
        schema = build(
            scripts, platform=release.platform, exposed=release.exposed, tenancy=release.tenancy, after=after
        )  # fmt: skip
    settled = settle(
        run(scripts, schema), (*in_comments(scripts), *release.waivers), today=today, ran=heard(scripts)
    )  # fmt: skip
    return Folder(
        release=release,
        scripts=scripts,
        schema=schema,
        findings=in_order([*settled.findings, *review(settled.claimed)]),
        waived=settled.waived,
        claimed=settled.claimed,
        today=today,
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


def typed_name(target: Target) -> str:
    """What a person types to say yes: the target's name, or that of the database of a DSN, which has none."""
    return database_of(target.dsn) if target.name == GIVEN else target.name
