"""How much of what is wrong in realistic files `seatrial check` finds, and how often it is wrong itself.

Two corpora. The examples of the rules' pages were written beside the rules: that all of them are found is a test, and
says little. The files of `tests/corpus` were written without looking at the rules, and are labelled by hazards of the
inventory; what is missed there is printed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.measured import Comparison, publish
from tests.corpus.measured import PRECISION, RECALL, total

from seatrial.rules.registry import rules


def main() -> int:
    """Print what is missed, what is said without reason, and both figures; 1 below the floors."""
    bad, good = total("bad"), total("good")
    for file in (*bad.files, *good.files):
        for label in file.missed:
            print(f"missed: {file.name}:{label.line} {'/'.join(label.hazards)}")
        for finding in file.false:
            print(f"without a label: {file.name}:{finding.place.line} {finding.code} {finding.what}")
    pages = [rule.page() for rule in rules()]
    print(f"pages: {sum(len(page.bad) for page in pages)} bad folders", end=", ")
    print(
        f"{sum(len(page.good) for page in pages)} good folders, {len(pages)} rules (all of it as the pages say: a test)"
    )
    (true, false), (found, missed) = bad.findings, bad.faults
    on_good = sum(good.findings)
    precision, recall = true / (true + false + on_good), found / (found + missed)
    print(f"corpus: {len(bad.files)} bad files with {found + missed} faults, {len(good.files)} good files")
    print(f"findings: {true} true, {false} without a label, {on_good} on good files; faults: {found}, {missed} missed")
    below = publish(
        Path(__file__).stem,
        [
            Comparison(
                name="findings that are right", ours="seatrial check", other="the floor", unit="of all findings",
                rounds=((precision, PRECISION),), limit=1.0, more_is_better=True,
            ),
            Comparison(
                name="faults that are found", ours="seatrial check", other="the floor", unit="of all faults",
                rounds=((recall, RECALL),), limit=1.0, more_is_better=True,
            ),
        ],
        figures={
            "bad files": len(bad.files), "good files": len(good.files), "faults": found + missed, "missed": missed,
            "findings without a label": false, "findings on good files": on_good,
        },
    )  # fmt: skip
    return below or int(bool(on_good))


if __name__ == "__main__":
    sys.exit(main())
