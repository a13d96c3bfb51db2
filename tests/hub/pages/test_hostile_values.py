"""Whatever a customer, a provider or an attacker wrote is text on every page, and never a part of it."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

from tests.hub.ground import ADA, HARBOUR, SUPER
from tests.hub.pages.house import EMAIL, WHATSAPP

from integrations_hub.domain.outside import Trouble, TroubleKind

if TYPE_CHECKING:
    from tests.hub.pages.house import House, Person

HOME = f"/organizations/{HARBOUR}"
EVIL = "</script><script>evil()</script><img src=x onerror=evil()>\"'><svg/onload=evil()>{{7*7}}\u202e"
#: As SQL writes it.
QUOTED = "'" + EVIL.replace("'", "''") + "'"
EVERYWHERE = f"""
update public.organizations set name = left({QUOTED}, 200) where id = '{HARBOUR}';
update public.profiles set full_name = {QUOTED};
update public.integration_types set label = {QUOTED}, description = {QUOTED};
update public.integrations set last_error = {QUOTED},
       configuration = jsonb_build_object({QUOTED}, {QUOTED}, 'number', {QUOTED},
                                          'deep', jsonb_build_object('a', {QUOTED}))
 where organization_id = '{HARBOUR}';
update public.system_alert_history set status = 'open', resolved_at = null, rule_name = {QUOTED},
       description = {QUOTED}, note = {QUOTED}, organization_id = '{HARBOUR}';
insert into public.system_alert_history (rule_name, description, metric_name, severity, observed_value, threshold, note)
values ({QUOTED}, {QUOTED}, 'a.b', 'critical', 1, 0, {QUOTED});
insert into public.audit_logs (organization_id, action, entity_type, details)
values ('{HARBOUR}', 'evil.done', {QUOTED},
        jsonb_build_object({QUOTED}, {QUOTED}, 'before', {QUOTED}, 'list', jsonb_build_array({QUOTED})));
insert into public.audit_logs (organization_id, action, entity_type, details)
values ('{HARBOUR}', 'evil.done', 'x', jsonb_build_object('before', jsonb_build_object({QUOTED}, 1),
        'after', jsonb_build_object({QUOTED}, {QUOTED})));
insert into public.security_events (organization_id, event_type, severity, user_agent, details)
select o.id, 'evil.done', 'critical', {QUOTED}, jsonb_build_object({QUOTED}, {QUOTED})
  from (values ('{HARBOUR}'::uuid), (null)) as o (id);
insert into public.system_health_checks (organization_id, component, status, details)
values ('{HARBOUR}', 'integration.email', 'unhealthy', jsonb_build_object('reason', {QUOTED})),
       (null, 'queue', 'degraded', jsonb_build_object('reasons', jsonb_build_array({QUOTED}))),
       ('{HARBOUR}', 'integration.whatsapp', 'degraded', jsonb_build_object('reasons', '5'::jsonb, 'reason', 7));
update public.index_health_reports set index_name = {QUOTED}, table_name = {QUOTED}, covered_by = {QUOTED};
"""


class _Page(HTMLParser):
    """What a browser would make of it, as far as that could run."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.handlers: list[str] = []
        self.images = 0
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script":
            self.scripts.append(given.get("src") or "inline")
        self.images += tag == "img"
        self.handlers += [name for name, _ in attrs if name.startswith("on") or name == "srcdoc"]

    def handle_data(self, data: str) -> None:
        self.text += data


def _harmless(person: Person, path: str, text: str | None = None) -> str:
    shown = _Page(text or person.get(path).text)
    assert [one for one in shown.scripts if not one.startswith("/static/hub.js?v=")] == [], path
    assert (shown.handlers, shown.images) == ([], 0), path
    assert "\u202e" not in shown.text, path
    return shown.text


def test_in_every_place_of_every_page_they_are_text(house: House) -> None:
    house.done(EVERYWHERE)
    seen = "</script><script>evil()</script>"
    with house.signed_in(ADA) as ada:
        for path in ("", "/alerts", "/audit", "/audit?q=evil", "/security", "/connect", "/connect/telegram",
                     f"/integrations/{EMAIL}", f"/integrations/{WHATSAPP}", f"/integrations/{WHATSAPP}/settings",
                     f"/integrations/{WHATSAPP}/message", f"/integrations/{WHATSAPP}/credentials"):  # fmt: skip
            assert seen in _harmless(ada, f"{HOME}{path}"), path
        assert seen in _harmless(ada, "/organizations")
        _harmless(ada, f"{HOME}?part")
    with house.signed_in(SUPER) as operator:
        for path in ("", "/organizations", "/alerts", "/security", "/indexes"):
            assert seen in _harmless(operator, f"/operator{path}"), path


def test_what_was_asked_and_typed_is_text(house: House) -> None:
    with house.signed_in(ADA) as ada, house.signed_in(SUPER) as operator:
        for person, path in ((ada, f"{HOME}/audit"), (operator, "/operator/organizations")):
            _harmless(person, path, person.browser.get(path, params={"q": EVIL}).text)
        _harmless(ada, "", ada.browser.get("/sign-in", params={"next": f"/{EVIL}"}).text)
        _harmless(ada, "", ada.browser.get(f"/{EVIL}").text)
        typed = {"field-number": EVIL, "field-nickname": EVIL, "field-access_token": EVIL, "note": EVIL}
        answer = ada.post(f"{HOME}/connect/telegram", **typed)
        assert answer.status_code == 422
        assert EVIL.replace("\u202e", "") in _values(answer.text)["field-number"].replace("\ufffd", "")
        assert "value" not in _attributes(answer.text, "field-access_token")


def test_what_a_provider_says_is_text(house: House) -> None:
    house.telegram.trouble = Trouble(TroubleKind.UNINTELLIGIBLE, EVIL)
    with house.signed_in(ADA) as ada:
        answer = ada.post(
            f"{HOME}/connect/telegram", **{"field-number": "+1", "field-access_token": "t", "check": "yes"}
        )
        assert answer.status_code == 502
        assert "<script>evil()" in _harmless(ada, "", answer.text)


def test_a_sentence_that_is_told_on_the_next_page_is_text_and_only_ours(house: House) -> None:
    house.done(f"update public.integration_types set label = {QUOTED}")
    with house.signed_in(ADA) as ada:
        ada.post(f"{HOME}/integrations/{WHATSAPP}/disable")
        assert "is switched off. Its settings" in _harmless(ada, HOME)
        assert "is switched off. Its settings" not in ada.get(HOME).text, "it is said once"
        ada.browser.cookies.set("hub-said", "WyJkb25lIiwgInBhaWQgZm9yIl0=.0000")
        assert "paid for" not in ada.get(HOME).text


def _inputs(text: str) -> dict[str, dict[str, str | None]]:
    found: dict[str, dict[str, str | None]] = {}

    class Inputs(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = dict(attrs)
            if tag == "input" and given.get("name"):
                found[str(given["name"])] = given

    Inputs().feed(text)
    return found


def _values(text: str) -> dict[str, str]:
    return {name: str(given.get("value", "")) for name, given in _inputs(text).items()}


def _attributes(text: str, name: str) -> set[str]:
    return set(_inputs(text)[name])
