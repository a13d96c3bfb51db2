"""Watches in files, where the target takes no writes: one line for each thing that was written down."""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from seatrial.errors import CannotRun
from seatrial.model.journal import Entry, EntryKind, Kept, Stand
from seatrial.model.jsonable import as_json, from_json
from seatrial.model.watch import Baseline, Watch, WatchVerdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["FileJournal", "folder_alone"]

JOURNAL, STAND = "watch.jsonl", "watch-stand.json"
#: Lines that are no entries.
OPEN, BEGIN, END = "open", "begin", "end"


class FileJournal:
    """The journal in a folder; the number of an entry is where its line ends."""

    def __init__(self, folder: Path) -> None:
        self.place = str(folder)
        self._path = folder / JOURNAL
        self._stand = folder / STAND

    def latest(self, kinds: Sequence[EntryKind] | None = None) -> Kept | None:
        """What comes behind the last line that opens a watch."""
        lines = self._lines()
        opened = max((at for at, line in lines if line["kind"] == OPEN), default=None)
        if opened is None:
            return None
        try:
            return self._told(opened, [(at, line) for at, line in lines if at > opened], kinds)
        except (ValueError, TypeError, KeyError) as error:
            raise CannotRun(
                "watch.unreadable", "the watch cannot be read", where=str(self._path), why=str(error),
                fix="another version of Seatrial wrote it, or somebody edited it: use that version, or move it away",
            ) from None  # fmt: skip

    def open(self) -> None:
        """A line."""
        self._append({"kind": OPEN})

    def begin(self, watch: Watch, baseline: Baseline) -> None:
        """A line."""
        self._append({"kind": BEGIN, "watch": as_json(watch), "baseline": as_json(baseline)})

    def add(self, at: float, kind: EntryKind, body: Any) -> int:  # noqa: ANN401 - JSON
        """A line."""
        return self._append({"kind": kind.value, "at": at, "body": body})

    def since(self, entry: int) -> Sequence[Entry]:
        """Answers and silences."""
        of_others = {EntryKind.ANSWER, EntryKind.SILENCE}
        return [_entry(at, line) for at, line in self._lines(entry) if line["kind"] in of_others]

    def overtaken(self, attempt: int) -> str:  # noqa: ARG002 - nobody can deploy to such a target
        """Nothing."""
        return ""

    def stand(self, stand: Stand) -> None:
        """A file of its own, replaced when it is complete."""
        opened = max((at for at, line in self._lines() if line["kind"] == OPEN), default=0)
        new = self._stand.with_suffix(".new")
        new.write_text(json.dumps({"opened": opened, "stand": as_json(stand)}), encoding="utf-8")
        new.replace(self._stand)

    def end(self, verdict: WatchVerdict, sentence: str) -> None:
        """A line."""
        self._append({"kind": END, "verdict": verdict.value, "sentence": sentence})

    def _told(
        self, opened: int, lines: Sequence[tuple[int, dict[str, Any]]], kinds: Sequence[EntryKind] | None
    ) -> Kept:  # fmt: skip
        wanted = list(EntryKind) if kinds is None else kinds
        begun = next((line for _, line in lines if line["kind"] == BEGIN), None)
        ended = next((line for _, line in lines if line["kind"] == END), None)
        return Kept(
            watch=from_json(Watch, begun["watch"]) if begun else None,
            baseline=from_json(Baseline, begun["baseline"]) if begun else None,
            stand=self._stood(opened, began=begun is not None),
            entries=tuple(_entry(at, line) for at, line in lines if line["kind"] in wanted),
            verdict=WatchVerdict(ended["verdict"]) if ended else None,
        )

    def _stood(self, opened: int, *, began: bool) -> Stand | None:
        if not self._stand.exists():
            return None
        found = json.loads(self._stand.read_text(encoding="utf-8"))
        stand = from_json(Stand, found["stand"])
        # What it stood at before the deployment says nothing of the watch.
        return stand if found["opened"] == opened and (stand.judged is not None) == began else None

    def _lines(self, after: int = 0) -> list[tuple[int, dict[str, Any]]]:
        if not self._path.exists():
            return []
        found = []
        with self._path.open("rb") as file:
            file.seek(after)
            for line in file:
                after += len(line)
                # A crash may have cut one off.
                with suppress(ValueError):
                    found.append((after, json.loads(line)))
        return found

    def _append(self, line: dict[str, Any]) -> int:
        with self._path.open("a+b") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                cut_off = file.read(1) != b"\n"
                file.write(b"\n" if cut_off else b"")
            file.write(json.dumps(line).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
            return file.tell()


def _entry(at: int, line: dict[str, Any]) -> Entry:
    return Entry(number=at, at=line["at"], kind=EntryKind(line["kind"]), body=line["body"])


@contextmanager
def folder_alone(folder: Path) -> Iterator[None]:
    """Be the only one who watches from a folder.

    Raises:
        CannotRun: somebody else does, or it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "watch.lock").open("w", encoding="ascii")
    except OSError as error:
        raise CannotRun(
            "watch.no-folder", "what is seen cannot be written down", where=str(folder), why=error.strerror or "",
            fix="give another folder with --out",
        ) from None  # fmt: skip
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotRun(
                "watch.folder-in-use", "somebody else watches from this folder", where=str(folder),
                fix="let that one go on, or give another folder with --out",
            ) from None  # fmt: skip
        yield
