"""What every request passes, whatever its endpoint does."""

from __future__ import annotations

import json
import re
import socket
from typing import TYPE_CHECKING

import pytest
from tests.hub.edge.door import MARK, Door, door, metric
from tests.hub.ground import ADA, HARBOUR, bearer, early_in_a_minute, settings_for, token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.hub.ground import Ground

ORIGIN = {"Origin": "https://app.example"}


@pytest.fixture
def entrance(ground: Ground) -> Iterator[Door]:
    """Of an application with good and bad endpoints."""
    with door(settings_for(ground)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("DELETE", "/v1/me", 405, "method_not_allowed"),
        ("DELETE", "/rest/v1/integrations", 405, "method_not_allowed"),
        ("POST", "/v1/body", 422, "invalid_request"),
        ("GET", "/v1/fails", 500, "internal"),
        ("GET", "/v1/denied", 403, "42501"),
        ("GET", "/metrics", 404, "not_found"),
        ("OPTIONS", "/v1/me", 405, "method_not_allowed"),
    ],
)  # fmt: skip
def test_every_error_has_the_one_shape(entrance: Door, method: str, path: str, status: int, code: str) -> None:
    answer = entrance.client.request(method, path, headers={"X-Request-Id": "mine-1"})

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert set(answer.json()) == {"code", "message", "details", "hint", "request_id"}
    assert (answer.json()["code"], answer.json()["request_id"]) == (code, "mine-1")
    assert answer.headers["x-request-id"] == "mine-1"


def test_an_error_to_head_has_no_body(entrance: Door) -> None:
    answer = entrance.client.head("/nowhere")

    assert (answer.status_code, answer.content) == (404, b"")


def test_a_bad_body_is_named_by_its_fields_and_not_by_what_they_hold(entrance: Door) -> None:
    answer = entrance.client.post("/v1/body", json={"name": {"x": MARK}, "count": MARK})

    assert answer.status_code == 422
    assert "body.name" in answer.json()["details"]
    assert "body.count" in answer.json()["details"]
    assert MARK not in answer.text


def test_a_body_that_is_no_json_is_invalid(entrance: Door) -> None:
    answer = entrance.client.post("/v1/body", content=b'{"name": ', headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


def test_what_nobody_expects_says_nothing_to_the_client(entrance: Door) -> None:
    answer = entrance.client.get("/v1/fails")

    assert answer.status_code == 500
    assert MARK not in answer.text
    assert "Error" not in answer.text
    [failure, request] = entrance.lines()
    assert [each["type"] for each in failure["exceptions"]] == ["builtins.RuntimeError", "builtins.ValueError"]
    assert re.search(r"door\.py:\d+ fails$", failure["exceptions"][0]["at"][-1])
    assert failure["request_id"] == request["request_id"] == answer.json()["request_id"]
    assert MARK not in entrance.stream.getvalue()


def test_an_answer_that_breaks_off_is_cut_and_noted(entrance: Door) -> None:
    with pytest.raises(Exception, match=r"incomplete|without sending complete"):
        entrance.client.get("/v1/breaks-off")

    assert [line["event"] for line in entrance.lines()] == ["failure", "request"]
    assert MARK not in entrance.stream.getvalue()


@pytest.mark.parametrize("sent", ["", "x" * 65, "a b", "é".encode().decode("latin-1"), '"}{', "../../x", "a\tb"])
def test_a_request_id_that_is_not_sane_is_replaced(entrance: Door, sent: str) -> None:
    answer = entrance.client.get("/health/live", headers={b"X-Request-Id": sent.encode("latin-1")})

    assert re.fullmatch(r"[0-9a-f]{24}", answer.headers["x-request-id"])
    assert entrance.lines()[-1]["request_id"] == answer.headers["x-request-id"]


def test_the_log_has_who_and_what_and_nothing_secret(entrance: Door) -> None:
    ada = token(ADA)
    requests = [
        ("GET", f"/v1/me?apikey={MARK}", None), ("GET", f"/sign-in/{ada}", None), ("GET", f"/sign-in/{MARK}", None),
        ("GET", f"/{MARK}", None), ("GET", f"/v1/{MARK}/x?{MARK}", None), ("POST", "/v1/body", {"name": MARK}),
        ("POST", "/v1/body", {"count": MARK}), ("POST", f"/rest/v1/{MARK}?select={MARK}", {"secret": MARK}),
    ]  # fmt: skip
    headers = {**bearer(ADA), "Cookie": f"session={MARK}", "User-Agent": MARK, "Referer": f"https://x/{MARK}"}
    for method, path, body in requests:
        entrance.client.request(method, path, json=body, headers=headers)
    entrance.client.get("/v1/me", headers={"Authorization": f"Bearer {MARK}"})

    log = entrance.stream.getvalue()
    assert MARK not in log
    assert not any(part in log for part in [*ada.split("."), *headers["Authorization"].split(".")])
    first = entrance.lines()[0]
    assert {name: first[name] for name in ("level", "event", "method", "route", "status", "role", "user_id")} == {
        "level": "info", "event": "request", "method": "GET", "route": "/v1/me", "status": 200,
        "role": "authenticated", "user_id": ADA,
    }  # fmt: skip
    assert [line["route"] for line in entrance.lines()] == [
        "/v1/me", "/sign-in/{code}", "/sign-in/{code}", "none", "none", "/v1/body", "/v1/body", "/rest/v1/{relation}",
        "/v1/me",
    ]  # fmt: skip
    assert entrance.lines()[-1]["code"] == "PGRST301"
    assert MARK not in entrance.figures()


def test_requests_are_counted_by_route_and_not_by_path(entrance: Door) -> None:
    for number in range(5):
        entrance.client.get(f"/rest/v1/table_{number}")
        entrance.client.get(f"/nowhere/{number}")
    entrance.client.request("PROPFIND", "/v1/me")

    figures = entrance.figures()
    assert metric(figures, "hub_requests_total", method="GET", route="/rest/v1/{relation}", status="200") == 5
    assert metric(figures, "hub_requests_total", method="GET", route="none", status="404") == 5
    assert metric(figures, "hub_requests_total", method="OTHER", route="/v1/me", status="405") == 1
    assert metric(figures, "hub_request_duration_seconds_count", route="/rest/v1/{relation}") == 5
    assert "table_" not in figures


@pytest.mark.parametrize("path", ["/v1/body", "/rest/v1/integrations"])
def test_a_body_that_is_too_large_is_refused(entrance: Door, path: str) -> None:
    large = json.dumps({"name": "x" * 1_000_000}).encode()
    headers = {"Content-Type": "application/json"}

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(large), 10_000):
            yield large[start : start + 10_000]

    for content in (large, pieces()):
        answer = entrance.client.post(path, content=content, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    fits = large[:-3][:900_000] + b'"}'
    assert entrance.client.post(path, content=fits, headers=headers).status_code == 200
    assert entrance.client.post(path, content=iter([fits]), headers=headers).status_code == 200


def test_a_body_that_is_announced_too_large_is_refused_before_it_comes(entrance: Door) -> None:
    with socket.create_connection((entrance.client.base_url.host, entrance.client.base_url.port or 0)) as connection:
        connection.sendall(b"POST /v1/body HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 413")


def test_every_answer_has_the_safe_headers_unless_it_has_its_own(entrance: Door) -> None:
    answer = entrance.client.get("/health/live")
    assert answer.headers.items() >= {
        ("cache-control", "no-store"), ("x-content-type-options", "nosniff"), ("x-frame-options", "DENY"),
    }  # fmt: skip
    assert "strict-transport-security" not in answer.headers

    page = entrance.client.get("/page")
    assert page.headers.get_list("content-security-policy") == ["default-src 'self'"]
    assert page.headers.get_list("cache-control") == ["max-age=60"]
    assert page.headers["x-content-type-options"] == "nosniff"


def test_by_https_browsers_are_held_to_it(ground: Ground) -> None:
    with door(settings_for(ground, service={"address": "https://hub.example"})) as entrance:
        assert entrance.client.get("/page").headers["strict-transport-security"] == "max-age=31536000"


def test_a_browser_may_send_what_supabase_js_sends(entrance: Door) -> None:
    wanted = "apikey, authorization, content-profile, content-type, prefer, x-client-info, x-retry-count"

    for path in ("/rest/v1/integrations", "/v1/me"):
        answer = entrance.client.options(
            path, headers={**ORIGIN, "Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": wanted}
        )
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "PATCH" in answer.headers["access-control-allow-methods"]
        assert answer.headers["access-control-allow-headers"] == wanted
        assert "access-control-allow-credentials" not in answer.headers


def test_a_preflight_repeats_only_names(entrance: Door) -> None:
    answer = entrance.client.options(
        "/v1/me",
        headers={**ORIGIN, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "x; y<script>"},
    )

    assert "access-control-allow-headers" not in answer.headers


def test_a_browser_may_read_answers_and_errors_of_the_api_and_of_nothing_else(entrance: Door) -> None:
    for path in ("/rest/v1/integrations", "/v1/me", "/v1/fails", "/v1/nowhere"):
        answer = entrance.client.get(path, headers=ORIGIN)
        assert answer.headers["access-control-allow-origin"] == "*"
        exposed = answer.headers["access-control-expose-headers"]
        assert all(name in exposed for name in ("Content-Range", "X-Request-Id", "RateLimit-Remaining", "Retry-After"))
    for path in ("/page", "/sign-in/x", "/health/live", "/nowhere"):
        assert "access-control-allow-origin" not in entrance.client.get(path, headers=ORIGIN).headers
    assert "access-control-allow-origin" not in entrance.client.get("/v1/me").headers


def test_limits_are_said_in_every_answer_and_kept(ground: Ground) -> None:
    with door(settings_for(ground, service={"requests_per_minute": 3})) as entrance:
        early_in_a_minute()
        answers = [entrance.client.get("/rest/v1/integrations", headers=bearer(ADA)) for _ in range(8)]
        entrance.hub.told.flush()

        admitted = [answer for answer in answers if answer.status_code == 200]
        refused = [answer for answer in answers if answer.status_code == 429]
        assert len(admitted) == 3
        assert len(admitted) + len(refused) == 8
        assert [answer.headers["RateLimit-Remaining"] for answer in admitted] == ["2", "1", "0"]
        assert int(refused[0].headers["Retry-After"]) > 0
        assert set(refused[0].json()) == {"code", "message", "details", "hint", "request_id"}
        figures = entrance.figures()
        assert metric(figures, "hub_refused_total", event="rate_limit.exceeded", reason="/rest/v1") == len(refused)
        with ground.superuser() as connection:
            told = connection.execute(
                "select organization_id::text from public.security_events "
                "where event_type = 'rate_limit.exceeded' and details ? 'count'"
            ).fetchall()
        assert set(told) == {(HARBOUR,)}
