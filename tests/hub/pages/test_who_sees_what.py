"""Row-level security decides what a page shows; a button that is not shown is refused as well."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.hub.ground import ADA, HARBOUR, LIGHTHOUSE, MAX, MIA, NOBODY, SAM, SUPER, TIDEWATER, TILDA, TOM, VERA
from tests.hub.pages.house import EMAIL, TELEGRAM, WHATSAPP, busy

if TYPE_CHECKING:
    from tests.hub.pages.house import House

HOME = f"/organizations/{HARBOUR}"
OPEN_ALERT = "73000000-0000-4000-8000-0000000000c1"
OPERATORS = ("", "/organizations", "/alerts", "/security", "/indexes", "/queue", "/releases", "/releases/x.html",
             "/releases/x.html/page")  # fmt: skip
#: Every form of an organization's pages, with what is typed.
DEEDS = {
    "check": f"{HOME}/integrations/{WHATSAPP}/check",
    "disable": f"{HOME}/integrations/{WHATSAPP}/disable",
    "enable": f"{HOME}/integrations/{TELEGRAM}/enable",
    "settings": f"{HOME}/integrations/{WHATSAPP}/settings",
    "credentials": f"{HOME}/integrations/{WHATSAPP}/credentials",
    "message": f"{HOME}/integrations/{WHATSAPP}/message",
    "connect": f"{HOME}/connect/telegram",
    "acknowledge": f"{HOME}/alerts/{OPEN_ALERT}/acknowledge",
    "resolve": f"{HOME}/alerts/{OPEN_ALERT}/resolve",
}
TYPED = {
    "field-number": "+1", "field-mode": "live", "field-access_token": "t0p-secret", "to": "+2", "text": "hello",
    "key": "7b1c3f6e-61a3-4a4c-9d0e-2a4f7c1f5a11", "note": "mine",
}  # fmt: skip
STATE = (
    "select jsonb_build_object("
    "'integrations', (select jsonb_agg(to_jsonb(i) order by i.id) from public.integrations i),"
    "'credentials', (select jsonb_agg(c.updated_at order by c.integration_id) from private.integration_credentials c),"
    "'alerts', (select jsonb_agg(to_jsonb(h) order by h.id) from public.system_alert_history h))::text"
)


def _without_request(text: str) -> str:
    return re.sub(r'Request <code>\w+</code>|value="\w{64}"', "", text)


@pytest.mark.parametrize("user", [MAX, VERA], ids=["member", "viewer"])
def test_who_may_only_read_sees_everything_and_no_button(house: House, user: str) -> None:
    busy(house.ground)
    with house.signed_in(user) as reader:
        for path in (HOME, f"{HOME}/integrations/{EMAIL}", f"{HOME}/alerts"):
            page = reader.get(path)
            assert page.status_code == 200
            forms = re.findall(r'<form[^>]*action="([^"]+)"', page.text)
            assert forms == ["/sign-out"], path
            assert "formaction" not in page.text
        assert "smtp.example.com does not answer" in reader.get(HOME).text
        assert "Credentials" not in reader.get(f"{HOME}/integrations/{WHATSAPP}").text


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("user", [MAX, VERA], ids=["member", "viewer"])
def test_what_is_posted_all_the_same_is_refused_in_words_and_changes_nothing(
    house: House, user: str, deed: str
) -> None:
    busy(house.ground)
    before = house.asked(STATE)
    with house.signed_in(user) as reader:
        answer = reader.post(DEEDS[deed], **TYPED)

    assert answer.status_code in {403, 404}
    assert re.search(r"Request <code>\w+</code>", answer.text)
    assert "t0p-secret" not in answer.text
    assert house.asked(STATE) == before
    assert (house.whatsapp.accounts, house.telegram.accounts) == ([], [])


@pytest.mark.parametrize(
    "path",
    ["/connect", "/connect/telegram", "/audit", "/security", f"/integrations/{WHATSAPP}/settings",
     f"/integrations/{WHATSAPP}/credentials", f"/integrations/{WHATSAPP}/message"],
)  # fmt: skip
def test_pages_of_administrators_say_so_to_members(house: House, path: str) -> None:
    with house.signed_in(MAX) as member:
        answer = member.get(f"{HOME}{path}")

        assert (answer.status_code, "administrators and owners" in answer.text) == (403, True)


def test_an_organization_of_others_is_told_in_the_words_of_one_that_is_not_there(house: House) -> None:
    nowhere = "20000000-0000-4000-8000-0000000000ff"
    with house.signed_in(MIA) as stranger:
        for rest in ("", "?part", "/alerts", "/audit", "/security", "/connect", f"/integrations/{WHATSAPP}"):
            theirs, none = (stranger.get(f"/organizations/{one}{rest}") for one in (HARBOUR, nowhere))
            assert (theirs.status_code, none.status_code) == (404, 404), rest
            assert _without_request(theirs.text) == _without_request(none.text)
            assert "Harbour" not in theirs.text
        assert stranger.get("/organizations/nonsense").status_code == 404


def test_an_integration_is_only_shown_where_it_belongs(house: House) -> None:
    with house.signed_in(TOM) as both:
        assert both.get(f"/organizations/{HARBOUR}/integrations/{WHATSAPP}").status_code == 200
        assert both.get(f"/organizations/{LIGHTHOUSE}/integrations/{WHATSAPP}").status_code == 404


def test_an_alert_is_only_dealt_with_where_it_belongs(house: House) -> None:
    theirs = "73000000-0000-4000-8000-0000000000b1"
    with house.signed_in(ADA) as ada, house.signed_in(TOM) as tom:
        assert ada.post(f"/organizations/{HARBOUR}/alerts/{theirs}/resolve").status_code == 404
        assert tom.post(f"/organizations/{HARBOUR}/alerts/{theirs}/resolve").status_code == 404
        assert house.asked(f"select status from public.system_alert_history where id = '{theirs}'") == [("open",)]
        assert tom.post(f"/organizations/{LIGHTHOUSE}/alerts/{theirs}/resolve").status_code == 303
    assert house.asked(f"select status from public.system_alert_history where id = '{theirs}'") == [("resolved",)]


def test_everybody_begins_where_they_belong(house: House) -> None:
    begins = {ADA: HOME, TILDA: f"/organizations/{TIDEWATER}", TOM: "/organizations", NOBODY: "/organizations",
              SAM: "/organizations", SUPER: "/operator"}  # fmt: skip
    for user, path in begins.items():
        with house.signed_in(user) as person:
            assert person.get("/").headers["location"] == path
            if path == "/organizations":
                names = re.findall(r'<li><a href="/organizations/[^"]+">([^<]+)</a>', person.get(path).text)
                assert names == (["Harbour Trading", "Lighthouse Logistics"] if user == TOM else [])


@pytest.mark.parametrize("user", [ADA, MAX, NOBODY], ids=["admin", "member", "nobody"])
def test_pages_of_operators_are_not_there_for_others(house: House, user: str) -> None:
    with house.signed_in(user, user_metadata={"super_admin": True}) as person:
        for path in OPERATORS:
            answer = person.get(f"/operator{path}")
            assert (answer.status_code, "not yours to see" in answer.text) == (404, True), path
        assert person.post(f"/operator/alerts/{OPEN_ALERT}/resolve").status_code == 404
        assert "/operator" not in person.get("/organizations").text


def test_operators_see_all_of_it(house: House) -> None:
    busy(house.ground)
    with house.signed_in(SUPER) as operator:
        for path in OPERATORS[:-2]:
            assert operator.get(f"/operator{path}").status_code == 200, path
        assert operator.get(HOME).status_code == 200
        page = operator.get("/operator/organizations?trouble=yes&q=freight").text
        named = re.findall(r'<th scope="row"><a href="/organizations/[^"]+">([^<]+)</a>', page)
        assert named
        assert all("Freight" in name for name in named)
        assert "✓</span>works" not in page


def test_operators_page_through_every_organization_once(house: House) -> None:
    busy(house.ground)
    found: list[str] = []
    path: str | None = "/operator/organizations"
    with house.signed_in(SUPER) as operator:
        while path:
            page = operator.get(path).text
            found += re.findall(r'<th scope="row"><a href="/organizations/([^"]+)"', page)
            more = re.search(r'href="(/operator/organizations\?[^"]+)">More', page)
            path = more[1].replace("&amp;", "&") if more else None

    assert len(found) == len(set(found)) == 123
