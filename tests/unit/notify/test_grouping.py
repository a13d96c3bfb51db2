"""What the team is told of a watch: everything new at once, nothing twice, and the end whatever is silenced."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.unit.notify.watching import DENIALS, MINUTE, SLOW, Team, judged, trouble

from seatrial.model.jsonable import as_json, from_json
from seatrial.model.notification import Event, Told
from seatrial.model.watch import Silence, WatchVerdict
from seatrial.notify.grouping import HOUR, REMINDER

FINAL = {
    WatchVerdict.SUCCESSFUL: Event.SUCCEEDED,
    WatchVerdict.FAILED: Event.RELEASE_FAILED,
    WatchVerdict.INCONCLUSIVE: Event.INCONCLUSIVE,
}


def begun(*silences: Silence) -> Team:
    team = Team(*silences, following="seatrial status")
    [first] = team.hears(judged(0))
    assert (first.event, first.next, first.target) == (Event.WATCHING, "seatrial status", "production")
    assert first.sentence == "It is watched for 48 h, with a sample every 1 min."
    return team


def hush(signal: str, until: float) -> Silence:
    return Silence(signal=signal, until=until, because="known", who="ann")


def test_all_of_an_interval_is_one_message() -> None:
    team = begun()
    [news] = team.hears(judged(MINUTE, trouble(), trouble(DENIALS)))
    assert news.event is Event.BREACHED
    assert news.sentence == "2 signals reached the failure limit."
    assert len(news.troubles) == 2


def test_nobody_is_told_twice_of_the_same_trouble() -> None:
    team = begun()
    assert team.events(judged(MINUTE, trouble())) == [Event.BREACHED]
    assert team.events(judged(2 * MINUTE, trouble())) == []
    assert team.events(judged(3 * MINUTE, trouble(), trouble(DENIALS))) == [Event.BREACHED]


def test_a_breach_that_is_not_often_enough_yet_is_not_told() -> None:
    assert begun().events(judged(MINUTE, trouble(failed=False))) == []


def test_the_team_is_reminded_of_what_is_still_open() -> None:
    team = begun()
    team.hears(judged(MINUTE, trouble()))
    assert team.events(judged(REMINDER, trouble())) == []
    [news] = team.hears(judged(MINUTE + REMINDER, trouble()))
    assert news.sentence == "1 signal still over it."
    assert "still so, after 4 h" in news.troubles[0]
    assert team.events(judged(2 * MINUTE + REMINDER, trouble())) == []


def test_recoveries_of_an_interval_are_one_message_too() -> None:
    team = begun()
    team.hears(judged(MINUTE, trouble(), trouble(DENIALS)))
    over = 2 * MINUTE
    [news] = team.hears(judged(over, trouble(over=over), trouble(DENIALS, over=over)))
    assert (news.event, len(news.troubles)) == (Event.RECOVERED, 2)
    assert "212" not in str(news.troubles), "the last value was too much, and that is over"
    assert team.events(judged(3 * MINUTE, trouble(over=over))) == []


def test_what_opens_again_is_told_again() -> None:
    team = begun()
    team.hears(judged(MINUTE, trouble()))
    team.hears(judged(2 * MINUTE))
    assert team.events(judged(3 * MINUTE, trouble(over=2 * MINUTE), trouble())) == [Event.BREACHED]


def test_what_comes_and_goes_is_told_once_as_that() -> None:
    team = begun()
    heard = []
    for minute in range(1, 31):
        heard += team.hears(judged(minute * MINUTE, *([trouble()] if minute % 2 else [])))
    assert [one.event for one in heard] == [Event.BREACHED, Event.RECOVERED] * 2 + [Event.BREACHED]
    assert "comes and goes: 3 times in an hour" in heard[-1].troubles[0]
    assert team.events(judged(29 * MINUTE + HOUR)) == []
    [quiet] = team.hears(judged(30 * MINUTE + HOUR))
    assert quiet.event is Event.RECOVERED
    assert "quiet for an hour" in quiet.troubles[0]
    assert team.told.troubles[SLOW].flaps is False
    team.hears(judged(31 * MINUTE + HOUR))
    assert not team.told.troubles, "nothing is kept of what is long over"


@pytest.mark.parametrize("signal", ["slow", "slow app user 81"])
def test_a_silence_holds_back_what_is_told_of_its_signal_until_it_ends(signal: str) -> None:
    team = begun(hush(signal, until=HOUR))
    [news] = team.hears(judged(MINUTE, trouble(), trouble(DENIALS)))
    assert "policy denied" in news.troubles[0]
    assert len(news.troubles) == 1
    assert team.events(judged(HOUR - 1, trouble(), trouble(DENIALS))) == []
    [late] = team.hears(judged(HOUR, trouble(), trouble(DENIALS)))
    assert "milliseconds" in late.troubles[0]


def test_a_silence_of_another_subject_holds_nothing_back() -> None:
    team = begun(hush("slow app user 82", until=HOUR))
    assert team.events(judged(MINUTE, trouble())) == [Event.BREACHED]


def test_what_came_and_went_in_a_silence_is_not_told() -> None:
    team = begun(hush("slow", until=HOUR))
    assert team.events(judged(MINUTE, trouble())) == []
    assert team.events(judged(2 * MINUTE)) == []
    assert team.events(judged(HOUR)) == []


def test_a_recovery_in_a_silence_is_told_afterwards() -> None:
    team = begun()
    team.hears(judged(MINUTE, trouble()))
    team.silences = (hush("slow", until=HOUR),)
    assert team.events(judged(2 * MINUTE)) == []
    assert team.events(judged(HOUR)) == [Event.RECOVERED]


@pytest.mark.parametrize("verdict", FINAL)
def test_how_it_ended_is_told_once_whatever_is_silenced(verdict: WatchVerdict) -> None:
    team = begun(hush("slow", until=1e9))
    end = judged(MINUTE, trouble(), verdict=verdict, said="It ends.")
    [news] = team.hears(end)
    assert news.event is FINAL[verdict]
    assert news.sentence.endswith("It ends.")
    assert len(news.troubles) == 1
    assert team.events(replace(end, at=9 * HOUR)) == []


def test_a_failed_watch_is_no_failed_deployment() -> None:
    [news] = begun().hears(judged(MINUTE, trouble(), verdict=WatchVerdict.FAILED, said="a statement is slow."))
    assert news.event is Event.RELEASE_FAILED, "and not a message of the breach beside it"
    assert news.sentence == "The watch failed, not the deployment, which had gone through: a statement is slow."


def test_a_person_is_asked_once_reminded_and_told_that_it_goes_on() -> None:
    team = begun()
    paused = judged(MINUTE, trouble(), verdict=WatchVerdict.PAUSED, said="Is this yours?")
    [news] = team.hears(paused)
    assert (news.event, news.sentence, len(news.troubles)) == (Event.ASKED, "Is this yours?", 1)
    assert team.events(replace(paused, at=2 * MINUTE)) == []
    assert team.events(replace(paused, at=MINUTE + REMINDER)) == [Event.ASKED]
    [on] = team.hears(judged(2 * MINUTE + REMINDER, trouble(), said="4 of 48 hours"))
    assert (on.event, on.sentence) == (Event.WATCHING, "4 of 48 hours")


def test_a_new_trouble_while_a_person_is_asked_is_told() -> None:
    team = begun()
    team.hears(judged(MINUTE, trouble(), verdict=WatchVerdict.PAUSED))
    [news] = team.hears(judged(2 * MINUTE, trouble(), trouble(DENIALS), verdict=WatchVerdict.PAUSED))
    assert (news.event, len(news.troubles)) == (Event.BREACHED, 1)


def test_nobody_is_asked_about_what_is_silenced_until_that_ends() -> None:
    team = begun(hush("slow", until=HOUR))
    paused = judged(MINUTE, trouble(), verdict=WatchVerdict.PAUSED)
    assert team.events(paused) == []
    assert team.events(replace(paused, troubles=())) == [Event.ASKED], "this is about something else"
    team = begun(hush("slow", until=HOUR))
    assert team.events(paused) == []
    assert team.events(replace(paused, at=HOUR)) == [Event.ASKED]


def test_what_was_told_survives_a_restart() -> None:
    team = begun()
    team.hears(judged(MINUTE, trouble()))
    team.told = from_json(Told, json.loads(json.dumps(as_json(team.told))))
    assert team.events(judged(2 * MINUTE, trouble())) == []
    assert team.events(judged(3 * MINUTE)) == [Event.RECOVERED]
