"""A migration on its way up, down and up again: what is kept, the way back, and what was seen of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from seatrial.archive.returning import returning
from seatrial.catalog.fingerprint import object_digest
from seatrial.catalog.ours import changed
from seatrial.flows.undo.kept import way_back_of
from seatrial.model.archive import Cause, Contents, Keeping, columns_in_words
from seatrial.model.migration import UNDO
from seatrial.model.reversal import Reversal, Reversibility, WayBack
from seatrial.rollback.derive import way_back

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.archive import Archived
    from seatrial.model.catalog import Catalog
    from seatrial.model.migration import Migration
    from seatrial.standin.state import State

__all__ = ["FAILS", "Case", "Digests", "Owners", "Proved", "as_before", "with_returns"]

#: What the reason begins with where a way back does not even go through.
FAILS = "its way back fails"
#: Table → count and digest of its rows.
Digests = dict[str, str]
#: Table → columns that say whose row it is.
Owners = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """Of one migration."""

    keeping: Keeping
    reversal: Reversal
    #: Step → what it did to objects and to their security, with everything that is kept; only where something is.
    expected: Mapping[str, Mapping[str, str]]
    security: Mapping[str, Mapping[str, str]]


@dataclass(slots=True)
class Case:
    """A migration on its way up, down and up again."""

    migration: Migration
    before: State
    after: State
    also: Owners
    keeping: Keeping
    back: WayBack = field(default_factory=lambda: WayBack(script=""))
    #: Table → count and digest, before it and after it.
    rows_before: Digests = field(default_factory=dict)
    rows_after: Digests = field(default_factory=dict)
    expected: dict[str, Mapping[str, str]] = field(default_factory=dict)
    security: dict[str, Mapping[str, str]] = field(default_factory=dict)
    #: Why it is not reversible, as far as it was seen.
    faults: list[str] = field(default_factory=list)

    def derive(self) -> None:
        """The way back, given what is kept; its author's, where there is one."""
        if author := self.migration.script.revert:
            self.back = WayBack(script=author.text)
            return
        version = self.migration.version
        self.back = way_back(self.before, self.after, self.keeping, version=version, also=self.also)

    def keep_nothing(self, why: str) -> None:
        """A release is deployed whether or not what it loses can be kept; and what is lost is said."""
        self.keeping = Keeping(version=self.migration.version, ending=self.keeping.ending, behind=self.keeping.behind)
        self.derive()
        self.faults.append(f"what it drops or changes cannot be kept: {why}")

    @property
    def undo(self) -> Migration:
        """The way back as a migration."""
        version = self.migration.version
        return way_back_of(f"{UNDO}{version}", self.migration.name, self.back.script, version)

    def proved(self) -> Proved:
        """What is known in the end."""
        # What its author wrote needs nothing that is kept.
        unkept = () if self.migration.script.revert else self.keeping.unkept
        reasons = tuple(dict.fromkeys([*self.back.reasons, *unkept, *self.faults]))
        archive = bool(self.back.archived or self.keeping.tables or self.keeping.columns or self.keeping.rows)
        yes = Reversibility.WITH_ARCHIVE if archive else Reversibility.REVERSIBLE
        noted = {} if self.keeping.is_empty else {"expected": self.expected, "security": self.security}
        return Proved(
            keeping=self.keeping, expected=noted.get("expected", {}), security=noted.get("security", {}),
            reversal=Reversal(
                version=self.migration.version, label=self.migration.label, digest=self.migration.script.digest,
                verdict=Reversibility.NOT if reasons else yes, reasons=reasons, archived=self.back.archived,
                kept=tuple(_kept_words(self.keeping)), script=self.back.script,
                by_author=self.migration.script.revert is not None,
                before=as_before(self.before.catalog, self.after.catalog),
            ),
        )  # fmt: skip


def with_returns(
    beside: Keeping, archived: Sequence[Archived], after: State, sizes: Mapping[str, int]
) -> Keeping:  # fmt: skip
    """What an earlier rollback of the migration has put away comes back with it."""
    mine = [
        one for one in archived
        if one.version == beside.version and one.cause is Cause.ROLLBACK and not one.returned_at
    ]  # fmt: skip
    ending, behind = returning(mine, after, sizes=sizes)
    return replace(beside, ending=ending, behind=behind, returns=tuple(map(_in_words, mine)))


def as_before(before: Catalog, after: Catalog) -> dict[str, str]:
    """Everything that differs, as it was: `kind name` → digest; empty for what was not there."""
    return {f"{one[0]} {one[1]}": object_digest(before.objects.get(one)) for one in changed(before, after)}


def _in_words(one: Archived) -> str:
    columns = (one.details.get("columns") or ()) if one.contents is Contents.COLUMNS else ()
    return columns_in_words(columns, one.object) if columns else f"{one.contents} {one.object}"


def _kept_words(keeping: Keeping) -> Iterator[str]:
    yield from (f"table {one.table}" for one in keeping.tables)
    yield from (columns_in_words(one.columns, one.table) for one in keeping.columns)
    yield from (f"rows of {one.table}" for one in keeping.rows)
