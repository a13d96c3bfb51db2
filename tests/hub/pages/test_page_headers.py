"""What a browser is told with every page, what is in one when it says no, and what stays JSON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
import pytest
from tests.hub.ground import ADA, HARBOUR, MAX, bearer, early_in_a_minute, token
from tests.hub.pages.house import WHATSAPP, housed, served

from integrations_hub.domain.refusal import Refusal
from integrations_hub.pages.endpoint import HEADERS
from integrations_hub.pages.render import FILES
from integrations_hub.services.dashboard import Dashboard

if TYPE_CHECKING:
    from tests.hub.ground import Ground
    from tests.hub.pages.house import House

HOME = f"/organizations/{HARBOUR}"


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/x", HOME, f"{HOME}?part", "/nowhere", "/operator", "/"])
def test_every_answer_has_the_headers(house: House, path: str) -> None:
    with house.signed_in(ADA) as ada:
        answer = ada.get(path)
        policy = answer.headers["content-security-policy"]

        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert "unsafe" not in policy
        assert {"default-src 'none'", "frame-ancestors 'none'", "form-action 'self'"} <= set(policy.split("; "))
        assert answer.headers["x-request-id"]


@pytest.mark.parametrize("path", ["/sign-in", HOME, f"{HOME}/integrations/{WHATSAPP}", f"{HOME}/alerts", "/nowhere"])
def test_no_page_needs_what_the_policy_forbids(house: House, path: str) -> None:
    with house.signed_in(ADA) as ada:
        text = ada.get(path).text

    assert re.findall(r"<script(?! src=\"/static/hub\.js\?v=\w+\" defer></script>)", text) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=|javascript:", text) == []
    assert {one.split("?")[0] for one in re.findall(r'(?:src|href)="(/static/[^"#]+)', text)} <= {
        f"/static/{name}" for name in FILES
    }
    assert re.findall(r'(?:src|href|action)="(?!/|#)[^"]*"', text) == [], "nothing leads elsewhere"


def test_files_are_kept_by_their_version(house: House) -> None:
    with house.visitor() as visitor:
        for path in re.findall(r'"(/static/[^"#]+)"', visitor.get("/sign-in").text):
            answer = visitor.get(path)
            assert (answer.status_code, "immutable" in answer.headers["cache-control"]) == (200, True)
        assert visitor.get("/static/hub.py").status_code == 404
        assert visitor.get("/static/..%2Frender.py").status_code == 404


def test_a_trouble_that_nobody_expected_is_told_without_its_words(
    house: House, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("postgresql://hub:s3cret@db/x")

    monkeypatch.setattr(Dashboard, "overview", broken)
    with house.signed_in(ADA) as ada:
        answer = ada.get(HOME)

    assert answer.status_code == 500
    assert "Something went wrong" in answer.text
    assert answer.headers["x-request-id"] in answer.text
    logged = capfd.readouterr().err
    assert answer.headers["x-request-id"] in logged
    assert "ValueError" in logged
    assert "s3cret" not in answer.text + logged


def test_without_its_database_the_page_says_so(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise Refusal(503, "PGRST001", "The connection to the database was lost", headers={"Retry-After": "1"})

    for name in ("overview", "person"):
        monkeypatch.setattr(Dashboard, name, away)
    with house.signed_in(ADA) as ada:
        answer = ada.get(HOME)

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert "The connection to the database was lost." in answer.text


def test_too_many_requests_are_told_in_words(ground: Ground) -> None:
    house = housed(ground, requests_per_minute=2)
    with served(house), house.signed_in(MAX) as member:
        early_in_a_minute()
        answers = [member.get("/organizations") for _ in range(4)]

    assert [one.status_code for one in answers].count(429) >= 1
    last = answers[-1]
    assert "Too many requests" in last.text
    assert last.headers["retry-after"] in last.text


def test_pages_that_renew_themselves_do_not_lock_anybody_out(ground: Ground) -> None:
    house = housed(ground, requests_per_minute=3)
    with served(house), house.signed_in(MAX) as member:
        parts = [member.get(f"{HOME}?part").status_code for _ in range(8)]
        asked = member.get(HOME).status_code

    assert (429 in parts, asked) == (True, 200)


def test_for_programs_nothing_is_a_page(hub: str) -> None:
    with httpx.Client(base_url=hub, headers=bearer(ADA), timeout=30) as program:
        for path in ("/v1/nowhere", "/rest/v1/nowhere", "/health/nowhere", "/metrics/x"):
            answer = program.get(path)
            assert answer.headers["content-type"].startswith("application/json"), path
            assert answer.status_code in {404, 401}, path
    with httpx.Client(base_url=hub, cookies={"hub-session": token(ADA)}, timeout=30) as browser:
        assert browser.get("/v1/types").status_code in {401, 403}, "a cookie is no token there"
        assert browser.get(f"/rest/v1/integrations?organization_id=eq.{HARBOUR}").status_code in {401, 403}
        assert browser.get("/nowhere").headers["content-type"] == "text/html; charset=utf-8"
        assert browser.get(HOME).status_code == 200, "the pages of the hub as it is put together"
