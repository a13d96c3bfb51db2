"""Signing in to the dashboard, and out: what a session is, and what does not make one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from starlette.responses import Response
from tests.hub.ground import ADA, HARBOUR, anon_key, service_key, token

from integrations_hub.domain.caller import Caller
from integrations_hub.pages.session import Cookies, way_back

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hub.pages.house import House, Person

SESSION = "hub-session"


def _link(house: House, who: str = "ada, administrator of Harbour") -> str:
    return f"/sign-in/{house.site.signins.offer(who, lambda: token(ADA))}"


def _enter(person: Person, path: str, **typed: str) -> int:
    csrf = person.csrf(path)
    answer = person.browser.post(path, data={"csrf": csrf, **typed}, headers={"Origin": person.origin})
    return answer.status_code


def test_a_link_that_is_only_opened_signs_nobody_in(house: House) -> None:
    with house.visitor() as scanner:
        opened = scanner.get(_link(house))

        assert "Sign in as ada, administrator of Harbour</button>" in opened.text
        assert SESSION not in scanner.browser.cookies
        assert scanner.get("/organizations").headers["location"] == "/sign-in?next=%2Forganizations"


def test_whoever_presses_its_button_is_signed_in(house: House) -> None:
    with house.visitor() as ada:
        assert _enter(ada, _link(house)) == 303
        assert ada.get("/").headers["location"] == f"/organizations/{HARBOUR}"


def test_a_code_that_nobody_printed_is_no_link(house: House) -> None:
    with house.visitor() as visitor:
        answer = visitor.get("/sign-in/AAAAAAAAAAAAAAAAAAAAAAAA")

        assert (answer.status_code, "not, or no longer, good" in answer.text) == (404, True)


def test_a_token_signs_in_and_leads_back_to_the_page_that_was_asked_for(house: House) -> None:
    with house.visitor() as ada:
        asked = ada.get(f"/organizations/{HARBOUR}/audit?q=x").headers["location"]
        form = ada.get(asked)
        csrf = form.text.partition('name="csrf" value="')[2].partition('"')[0]
        back = form.text.partition('name="next" value="')[2].partition('"')[0]
        answer = ada.browser.post(
            "/sign-in", data={"csrf": csrf, "next": back, "token": f" Bearer {token(ADA)}\n"},
            headers={"Origin": ada.origin},
        )  # fmt: skip

        assert (answer.status_code, answer.headers["location"]) == (303, f"/organizations/{HARBOUR}/audit?q=x")
        [cookie] = [one for one in answer.headers.get_list("set-cookie") if one.startswith(f"{SESSION}=ey")]
        attributes = {one.strip().lower() for one in cookie.split(";")[1:]}
        assert {"httponly", "samesite=lax", "path=/"} <= attributes
        [ends] = [int(one.partition("=")[2]) for one in attributes if one.startswith("max-age")]
        assert 3500 < ends <= 3600, "the session ends with its token"


@pytest.mark.parametrize(
    ("make", "words"),  # made when the test begins: a run of all tests takes longer than a token lives
    [
        (lambda: "", "no token in the field"),
        (lambda: "not a token", ""),
        (lambda: token(ADA, secret="another secret that is long enough for HS256"), ""),
        (lambda: token(ADA, exp=int(time.time()) - 600), ""),
        (lambda: token(ADA, aud="elsewhere"), ""),
        (anon_key, "a key of the project"),
        (service_key, "a key of the project"),
        (lambda: token(ADA, padding="x" * 4000), "a browser keeps no token"),
    ],
    ids=["nothing", "nonsense", "forged", "ended", "elsewhere", "anon", "service", "long"],
)
def test_what_is_no_persons_token_signs_nobody_in_and_is_not_shown_again(
    house: House, make: Callable[[], str], words: str
) -> None:
    shown = make()
    with house.visitor() as visitor:
        csrf = visitor.csrf("/sign-in")
        answer = visitor.browser.post(
            "/sign-in", data={"csrf": csrf, "token": shown}, headers={"Origin": visitor.origin}
        )

        assert answer.status_code == 401
        assert 'role="alert"' in answer.text
        assert words in answer.text.lower()
        assert not shown or shown not in answer.text
        assert SESSION not in visitor.browser.cookies


def test_a_form_of_another_page_signs_nobody_in_as_somebody_else(house: House) -> None:
    path = _link(house)
    with house.visitor() as victim, house.visitor() as attacker:
        stolen = attacker.csrf(path)
        victim.get(path)
        for csrf, origin in ((stolen, victim.origin), ("", victim.origin), (victim.csrf(path), "https://evil.example")):
            answer = victim.browser.post(path, data={"csrf": csrf}, headers={"Origin": origin})
            assert answer.status_code == 403
        assert SESSION not in victim.browser.cookies


def test_a_session_ends_when_its_token_does(house: House) -> None:
    with house.signed_in(ADA, exp=int(time.time()) - 600) as ada:
        page, part = ada.get("/organizations"), ada.get(f"/organizations/{HARBOUR}?part")

        assert page.headers["location"] == "/sign-in?next=%2Forganizations"
        assert 'hub-session=""' in page.headers["set-cookie"]
        assert part.status_code == 401, "the script hears that it is over"


def test_signing_out_ends_it_in_this_browser_and_a_link_cannot(house: House) -> None:
    with house.visitor() as ada:
        _enter(ada, _link(house))
        assert ada.get("/sign-out").status_code == 404
        assert ada.get("/organizations").status_code == 200
        ada.post("/sign-out")
        assert ada.get("/organizations").status_code == 303


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "evil", "/sign-out", "/a\nb",
     ""],
)  # fmt: skip
def test_a_way_back_leads_nowhere_else(elsewhere: str) -> None:
    assert way_back(elsewhere) == "/"
    assert way_back("/organizations?q=1") == "/organizations?q=1"


def test_behind_https_cookies_are_of_this_host_and_travel_encrypted_only() -> None:
    answer = Response()
    Cookies("https://hub.example.com").sign_in(answer, "a.b.c", Caller(role="authenticated", expires=time.time() + 60))
    first = answer.headers.getlist("set-cookie")[0]

    assert first.startswith("__Host-hub-session=a.b.c;")
    assert {"secure", "httponly", "path=/"} <= {one.strip().lower() for one in first.split(";")}
    assert "domain" not in first.lower()
