"""Every line of the dialect's table is asked of a hub that runs, and answered as the table says."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from tests.hub.clients.dialect.features import Line, pages
from tests.hub.ground import ADA, anon_key, bearer, service_key

LINES = [
    pytest.param(line, id=f"{page.title.split(':')[-1].strip()}: {line.feature} [{line.request}]")
    for page in pages()
    for line in page.lines
]
READING = ("GET", "HEAD", "OPTIONS", "TRACE")


def test_lines_are_told_apart_by_what_they_ask() -> None:
    asked = [str((line.request, line.headers, line.body, line.by)) for page in pages() for line in page.lines]

    assert sorted(asked) == sorted(set(asked)), "two lines make the same request"


@pytest.mark.parametrize("line", [each for each in LINES if each.values[0].method in READING])  # type: ignore[union-attr]
def test_reading(line: Line, shared_hub: str) -> None:
    _check(line, _ask(line, shared_hub))


@pytest.mark.parametrize("line", [each for each in LINES if each.values[0].method not in READING])  # type: ignore[union-attr]
def test_writing(line: Line, own_hub: str) -> None:
    _check(line, _ask(line, own_hub))


def _ask(line: Line, address: str) -> httpx.Response:
    credentials = {
        "user": bearer(ADA),
        "visitor": {"apikey": anon_key()},
        "service": {"apikey": service_key(), "Authorization": f"Bearer {service_key()}"},
        "nobody": {},
    }[line.by]
    kind = {"Content-Type": "application/json"} if line.body is not None else {}
    with httpx.Client(base_url=address, timeout=30) as client:
        return client.request(
            line.method, f"/rest/v1{line.path}", content=line.body, headers=credentials | kind | line.headers
        )


def _check(line: Line, response: httpx.Response) -> None:
    said = f"{response.status_code} {dict(response.headers) if line.has else ''} {response.text[:2000]}"
    assert response.status_code == line.expected_status, said
    for name, value in line.has.items():
        assert response.headers.get(name) == value, said
    if line.missing:
        assert line.missing.lower() in response.json()["message"].lower(), said
    if line.text is not None:
        assert response.text == line.text
    if line.answer is not None:
        _check_answer(json.loads(line.answer), response)
    if line.holds is not None:
        assert _holds(response.json(), json.loads(line.holds)), said
    for word in line.lacks:
        assert f'"{word}"' not in response.text, said


def _check_answer(expected: Any, response: httpx.Response) -> None:  # noqa: ANN401 - whatever JSON has
    found = response.json()
    if response.is_success or not isinstance(expected, dict):
        assert found == expected
        return
    assert {"code", "message", "details", "hint"} <= found.keys()
    assert {name: found[name] for name in expected} == expected


def _holds(found: Any, expected: Any) -> bool:  # noqa: ANN401 - whatever JSON has
    if isinstance(expected, dict):
        return isinstance(found, dict) and all(
            name in found and _holds(found[name], value) for name, value in expected.items()
        )
    return bool(found == expected)
