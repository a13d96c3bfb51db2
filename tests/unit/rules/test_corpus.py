"""The rules against files that were not written beside them, and the size of what they are tested on."""

from __future__ import annotations

from tests.corpus.measured import PRECISION, RECALL, sources, total

from seatrial.rules.registry import rules


def test_the_pages_have_150_bad_and_150_good_folders_and_every_rule_has_both() -> None:
    pages = {rule.code: rule.page() for rule in rules()}

    assert sum(len(page.bad) for page in pages.values()) >= 150
    assert sum(len(page.good) for page in pages.values()) >= 150
    assert [code for code, page in pages.items() if not page.bad or not page.good] == []


def test_the_corpus_has_60_bad_and_60_good_files_and_each_bad_one_says_what_is_wrong() -> None:
    bad, good = sources("bad"), sources("good")

    assert len(bad) >= 60
    assert len(good) >= 60
    assert [one.path for one in bad if "-- wrong: " not in one.text or not one.text.startswith("-- ")] == []
    assert [one.path for one in good if "-- wrong: " in one.text] == []


def test_no_rule_fires_on_a_good_file() -> None:
    said = [(file.name, one.code, one.what) for file in total("good").files for one in (*file.true, *file.false)]

    assert said == []


def test_precision_and_recall_on_the_bad_files_are_not_below_their_floors() -> None:
    bad = total("bad")
    (true, false), (found, missed) = bad.findings, bad.faults

    assert true / (true + false) >= PRECISION, [(file.name, one.code) for file in bad.files for one in file.false]
    assert found / (found + missed) >= RECALL, [(file.name, one) for file in bad.files for one in file.missed]
