"""The sentence at the top: the answer in every state of a watch."""

from __future__ import annotations

from tests.unit.monitoring.story.sample import BEGAN, CHANGE, SLOW, Scene, trouble

from seatrial.model.watch import Change, Coverage, WatchVerdict


def test_all_is_well() -> None:
    assert Scene().page().sentence == "4 of 15 minutes, all signals inside limits"


def test_a_first_breach_says_whose_and_how_far_it_counts() -> None:
    said = Scene(troubles=(trouble(ties=()),)).page().sentence

    assert said == (
        "4 of 15 minutes, 1 signal over its limit: SELECT on public.contacts takes 212 ms, usually 4.1 ms, 1 of 3"
    )


def test_a_failed_release_says_after_what_time_and_what_of_it_was_to_blame() -> None:
    slow = trouble(failed=BEGAN + 180, breaches=3)
    said = Scene(verdict=WatchVerdict.FAILED, troubles=(slow,)).page().sentence

    assert said == (
        "Failed after 3 min: SELECT on public.contacts takes 212 ms, usually 4.1 ms; tied to index "
        f"public.idx_contacts_organization, removed by {CHANGE.label}"
    )


def test_of_several_failures_the_first_with_a_tie_is_told() -> None:
    loose = trouble(("rollbacks", ""), failed=BEGAN + 60, value=88, ties=())
    denied = trouble(("denials", "public.contacts"), failed=BEGAN + 180, value=37)
    said = Scene(verdict=WatchVerdict.FAILED, troubles=(loose, denied)).page().sentence

    assert "37 writes that a policy denied (42501): public.contacts; tied to index" in said
    assert said.endswith("(and 1 more trouble)")


def test_a_pause_says_that_a_person_is_asked() -> None:
    many = trouble(("rollbacks", ""), failed=BEGAN + 220, value=88, ties=())
    said = Scene(verdict=WatchVerdict.PAUSED, paused=BEGAN + 220, troubles=(many,)).page().sentence

    assert said == "Paused after 4 min, a person is asked: 88 transactions that were rolled back"


def test_what_is_not_seen_is_said_beside_what_is_well() -> None:
    coverage = {"log": Coverage(missed=240, gap_since=BEGAN, why="no log can be read")}
    said = Scene(coverage=coverage).page().sentence

    assert said == "4 of 15 minutes, inside limits as far as seen: 7 signals not watched"


def test_a_source_that_is_lost_for_a_while_is_not_called_unwatched() -> None:
    lost = Coverage(seen=120, missed=120, gap_since=BEGAN + 120, why="the server does not answer")
    said = Scene(coverage={"statements": lost}).page().sentence

    assert said == "4 of 15 minutes, inside limits as far as seen: 2 signals not seen lately"


def test_success_names_the_window() -> None:
    scene = Scene(minutes=2_880, passed=172_800, every=3_600, verdict=WatchVerdict.SUCCESSFUL)

    assert scene.page().sentence == "Successful: 48 hours, all signals inside limits"


def test_success_does_not_hide_what_was_over_a_limit() -> None:
    past = trouble(over=BEGAN + 200)
    said = Scene(passed=900, verdict=WatchVerdict.SUCCESSFUL, troubles=(past,)).page().sentence

    assert said == "Successful: 15 minutes, 1 trouble that did not fail the release"


def test_an_inconclusive_watch_says_why_in_the_words_of_the_judgement() -> None:
    scene = Scene(passed=900, verdict=WatchVerdict.INCONCLUSIVE, why="the log was never read.")

    assert scene.page().sentence == "Inconclusive after 15 min: the log was never read"


def test_what_is_only_noted_has_no_part_in_the_answer() -> None:
    unused = trouble(("unused", "public.idx_new"), failed=BEGAN + 60, value=1, limit=0, usual=None)

    assert Scene(troubles=(unused,)).page().sentence == "4 of 15 minutes, all signals inside limits"


def test_a_migration_that_is_tied_is_named_by_its_tables() -> None:
    tied = Change(kind="migration", name="0001_boats", relation="", label="0001_boats")
    said = Scene(verdict=WatchVerdict.FAILED, troubles=(trouble(failed=BEGAN + 60, ties=(tied,)),)).page().sentence

    assert said.endswith("tied to the tables of 0001_boats")


def test_a_statement_that_nobody_can_name_is_still_told() -> None:
    said = Scene(troubles=(trouble(("slow", "10 99")),), tracks={SLOW: Scene().judged().tracks[SLOW]}).page().sentence

    assert "a statement whose text is not known takes 212 ms" in said
