"""Whatever lies in a migrations folder, `seatrial check` answers: with findings at places that exist, and soon.

The files are mutated by seed, so that a failure names the file that it is about: `mutated(random.Random(SEED))`.
"""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fuzz.mutations import HOSTILE, mutated, originals

from seatrial.flows.check import check
from seatrial.flows.described import described
from seatrial.report import json, text
from seatrial.report.formats import FORMATS
from seatrial.report.results import of_outcome

if TYPE_CHECKING:
    from pathlib import Path

    from seatrial.model.outcome import Outcome

CHUNKS, FILES = 100, 100
#: Of processor time, for one file; the machine may be busy.
LONGEST_SECONDS = 2.0


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_ten_thousand_mutated_files_are_answered_each_within_two_seconds(chunk: int, tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    for seed in range(chunk * FILES, (chunk + 1) * FILES):
        folder.answers(mutated(random.Random(seed)), f"seed {seed}")  # noqa: S311 - mutations


_WORDS = st.sampled_from([each.decode(errors="replace") for each in HOSTILE])
_TEXT = st.lists(st.one_of(st.text(max_size=20), _WORDS), max_size=4).map("".join)
_CUT = st.tuples(st.integers(0, 10**6), st.integers(0, 3000), st.integers(0, 200), _TEXT)


@given(cuts=st.lists(_CUT, min_size=1, max_size=3))
@settings(max_examples=300, deadline=None)
def test_any_text_between_pieces_of_files_is_answered(cuts: list[tuple[int, int, int, str]], folder: Folder) -> None:
    pieces = ((originals()[which % len(originals())].decode(errors="replace"), at, gone, put)
              for which, at, gone, put in cuts)  # fmt: skip
    changed = "".join(piece[:at] + put + piece[at + gone :] for piece, at, gone, put in pieces)

    folder.answers(changed.encode(errors="surrogatepass"), "this text")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """One release for all examples of a property."""
    return Folder(tmp_path_factory.mktemp("any"))


class Folder:
    """A release of one file, which is another one each time."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.file = root / "supabase" / "migrations" / "20250122120000_mutated.sql"
        self.file.parent.mkdir(parents=True)
        self.number = 0

    def answers(self, content: bytes, what: str) -> None:
        """Check the file, show what was found in one of the formats, and look at it."""
        self.file.write_bytes(content)
        begun = time.process_time()
        outcome = check(self.root)
        seconds = time.process_time() - begun
        self.number += 1
        shown = _shown(outcome, ("text", "json", *FORMATS)[self.number % (2 + len(FORMATS))])

        assert seconds <= LONGEST_SECONDS, what
        assert shown, what
        shown.encode()
        for finding in outcome.body.findings:  # type: ignore[union-attr]
            lines = content.decode("utf-8", "replace").removeprefix("\ufeff").split("\n")
            place = finding.place
            assert 0 <= place.line <= len(lines), what
            assert place.column <= len(lines[place.line - 1]) + 2, what


def _shown(outcome: Outcome, form: str) -> str:
    if form == "text":
        return str(text.outcome(outcome))
    if form == "json":
        return json.outcome(outcome)
    return FORMATS[form](of_outcome(outcome, ""), described())
