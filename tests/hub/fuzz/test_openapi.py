"""Both OpenAPI documents are true: what they allow is answered, as they say it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from tests.hub.fuzz.conformance import documents, walk
from tests.hub.ground import ADA, HARBOUR, bearer, running, settings_for
from tests.hub.providers.fakes.telegram import CONFIGURATION, SECRETS, telegram

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.hub.ground import Ground

EXAMPLES = 2
#: An integration of the sample tenants.
TELEGRAM = {
    "organization_id": HARBOUR,
    "integration_type": "telegram",
    "integration_id": "60000000-0000-4000-8000-0000000000a3",
}


@pytest.fixture
def connected(ground: Ground) -> Iterator[str]:
    """The address of a hub on which Harbour has a bot."""
    with telegram() as fake:
        settings = settings_for(ground, providers={"telegram": {"address": fake.address, "timeout": 30}})
        with running(settings) as address:
            path = f"/v1/organizations/{HARBOUR}/integrations/telegram"
            asked = {"configuration": CONFIGURATION, "secret": SECRETS}
            made = httpx.put(f"{address}{path}", headers=bearer(ADA), json=asked, timeout=30)
            assert made.status_code == 200, made.text
            yield address


def test_both_documents(hub: str) -> None:
    dialect, other = (found for _, found in documents(hub, examples=EXAMPLES))

    assert dialect.wrong == []
    assert len(dialect.operations) > 50
    assert len(dialect.succeeded) > len(dialect.operations) / 2
    assert other.wrong == []
    assert len(other.operations) > 5


def test_what_is_there(connected: str) -> None:
    document = httpx.get(f"{connected}/v1/openapi.json", timeout=30).json()

    found = walk(document, connected, bearer(ADA), examples=6 * EXAMPLES, known=TELEGRAM)

    assert found.wrong == []
    assert len(found.succeeded) > 4
