"""Alerts are dealt with, and what happened is found again."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from tests.hub.ground import ADA, HARBOUR, OTTO, SUPER
from tests.hub.pages.house import busy

if TYPE_CHECKING:
    from tests.hub.pages.house import House, Person

HOME = f"/organizations/{HARBOUR}"
ALERT, SYSTEM = "73000000-0000-4000-8000-0000000000c1", "73000000-0000-4000-8000-0000000000c3"


def _alert(house: House, alert: str) -> tuple[object, ...]:
    columns = "status, note, acknowledged_by::text, resolved_by::text"
    [found] = house.asked(f"select {columns} from public.system_alert_history where id = '{alert}'")
    return found


def _everything(person: Person, path: str) -> list[str]:
    """Each entry, over all pages."""
    found: list[str] = []
    rest: str | None = path
    while rest:
        text = person.get(rest).text
        trail = text.partition('<ol class="trail">')[2].partition("</ol>")[0]
        found += re.findall(r"<li>(.*?)</li>", trail, re.DOTALL)
        more = re.search(r'href="([^"]+)">Older ones', text)
        rest = html.unescape(more[1]) if more else None
    return found


def test_an_administrator_acknowledges_with_a_note_and_resolves(house: House) -> None:
    busy(house.ground)
    with house.signed_in(ADA) as ada:
        assert ada.post(f"{HOME}/alerts/{ALERT}/acknowledge", note="I call them").status_code == 303
        assert _alert(house, ALERT) == ("acknowledged", "I call them", ADA, None)
        page = ada.get(f"{HOME}/alerts").text
        assert "The alert is yours now." in page
        assert re.search(r"Acknowledged</dt><dd>by you", page)
        assert ada.post(f"{HOME}/alerts/{ALERT}/resolve", note="").status_code == 303
        assert _alert(house, ALERT) == ("resolved", "I call them", ADA, ADA)


def test_an_alert_that_somebody_has_dealt_with_is_told_and_the_note_is_kept(house: House) -> None:
    busy(house.ground)
    with house.signed_in(ADA) as ada:
        ada.post(f"{HOME}/alerts/{ALERT}/acknowledge")
        again = ada.post(f"{HOME}/alerts/{ALERT}/acknowledge", note="too late & long")
        long = ada.post(f"{HOME}/alerts/{ALERT}/resolve", note="x" * 2001)
        odd = ada.post(f"{HOME}/alerts/{ALERT}/explode")
        none = ada.post(f"{HOME}/alerts/nonsense/resolve")

    assert (again.status_code, "there is no open alert" in again.text) == (404, True)
    assert 'value="too late &amp; long"' in again.text
    assert [one.status_code for one in (long, odd, none)] == [422, 404, 404]
    assert _alert(house, ALERT)[0] == "acknowledged"


def test_an_operator_deals_with_the_systems_alerts(house: House) -> None:
    busy(house.ground)
    with house.signed_in(SUPER) as operator:
        assert "Many integrations in error" in operator.get("/operator/alerts").text
        assert operator.post(f"/operator/alerts/{SYSTEM}/resolve", note="a provider's").status_code == 303
        assert operator.post(f"/operator/alerts/{ALERT}/resolve").status_code == 404, "that one is an organization's"
    assert _alert(house, SYSTEM) == ("resolved", "a provider's", None, SUPER)


def test_the_trail_is_shown_whole_newest_first_also_where_many_entries_are_of_one_moment(house: House) -> None:
    house.done(
        "insert into public.audit_logs (organization_id, action, entity_type, details, created_at)"
        f" select '{HARBOUR}', 'boat.moved', 'boat', jsonb_build_object('number', n),"
        " now() - make_interval(hours => 1 + n / 120) from generate_series(1, 240) as n"
    )
    with house.signed_in(ADA) as ada:
        every = _everything(ada, f"{HOME}/audit")
        found = _everything(ada, f"{HOME}/audit?q=boat+moved")

    [(count,)] = house.asked(f"select count(*) from public.audit_logs where organization_id = '{HARBOUR}'")
    assert len(every) == count
    for entries in (every, found):
        numbers = [int(number) for one in entries for number in re.findall(r"<dt>number</dt><dd>(\d+)</dd>", one)]
        assert sorted(numbers) == list(range(1, 241)), "each once"
    times = [re.findall(r'datetime="([^"]+)"', one)[0] for one in every]
    assert times == sorted(times, reverse=True)


def test_words_that_cannot_be_searched_for_are_told(house: House) -> None:
    with house.signed_in(ADA) as ada:
        answer = ada.get(f"{HOME}/audit?q=---")
        none = ada.get(f"{HOME}/audit?q=zeppelin")

    assert (answer.status_code, "there is nothing to search for." in answer.text) == (400, True)
    assert 'value="---"' in answer.text
    assert "Nothing matches." in none.text


def test_a_moment_that_is_none_begins_at_the_beginning(house: House) -> None:
    with house.signed_in(ADA) as ada:
        for rest in ("before=yesterday&id=x", "before=2026-01-01", "before=&id="):
            assert ada.get(f"{HOME}/audit?{rest}").status_code == 200
        assert ada.get(f"{HOME}/audit?before=2026-01-01&id=x").status_code == 404


def test_security_events_are_those_of_the_organization_and_of_the_system_apart(house: House) -> None:
    busy(house.ground)
    with house.signed_in(ADA) as ada, house.signed_in(SUPER) as operator:
        theirs, systems = ada.get(f"{HOME}/security").text, operator.get("/operator/security").text

    assert "203.0.113.9" in theirs
    assert "203.0.113.44" not in theirs
    assert "203.0.113.44" in systems
    assert "203.0.113.9 " not in systems


def test_security_events_are_told_in_words_with_who_tried(house: House) -> None:
    house.done(
        "insert into public.security_events (organization_id, user_id, event_type, severity, source_ip, details)"
        f" select '{HARBOUR}', e.who::uuid, e.what, 'warning', e.whence::inet,"
        " jsonb_build_object('reason', e.why, 'count', 31)"
        f" from (values ('webhook.refused', null, '203.0.113.7', 'signature'),"
        f" ('access.refused', '{OTTO}', null, 'organization'), ('something.new', null, null, null))"
        " as e (what, who, whence, why)"
    )
    with house.signed_in(ADA) as ada:
        every = _everything(ada, f"{HOME}/security")

    forged = next(each for each in every if "A call that was not the service&#39;s" in each)
    assert "203.0.113.7" in forged
    assert "<dt>count</dt><dd>31</dd>" in forged
    named = next(each for each in every if "Somebody asked for an organization that they do not belong to" in each)
    assert f'title="{OTTO}"' in named
    assert any("Something new" in each for each in every)
