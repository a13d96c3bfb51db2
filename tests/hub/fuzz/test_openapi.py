"""Both OpenAPI documents are true: what they allow is answered, as they say it is."""

from __future__ import annotations

from typing import Any

import httpx
from tests.hub.fuzz.conformance import walk
from tests.hub.ground import ADA, bearer

#: Erases whoever calls it, and everything after it would be asked by nobody.
LAST = "erase_"
EXAMPLES = 3


def _document(address: str, path: str) -> dict[str, Any]:
    response = httpx.get(f"{address}{path}", headers=bearer(ADA), timeout=30)
    assert response.status_code == 200, response.text
    document: dict[str, Any] = response.json()
    return document


def test_the_dialects_own(hub: str) -> None:
    found = walk(
        _document(hub, "/rest/v1/"),
        f"{hub}/rest/v1",
        bearer(ADA),
        examples=EXAMPLES,
        wanted=lambda name: LAST not in name,
    )

    assert found.wrong == []
    assert len(found.operations) > 50
    assert len(found.succeeded) > len(found.operations) / 2


def test_the_hubs_own(hub: str) -> None:
    found = walk(_document(hub, "/v1/openapi.json"), hub, bearer(ADA), examples=EXAMPLES)

    assert found.wrong == []
    assert len(found.operations) > 5
