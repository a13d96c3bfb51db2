"""The ground that the tests of the hub stand on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hub.ground import ADA, HARBOUR

from integrations_hub.domain.caller import Caller
from integrations_hub.store.database import Database

if TYPE_CHECKING:
    from tests.hub.ground import Ground


def test_a_transaction_is_the_callers(ground: Ground) -> None:
    database = Database(ground.dsn, connections=2)
    database.open()
    ada = Caller(role="authenticated", claims={"sub": ADA})

    with database.transaction(ada) as connection:
        seen = connection.execute("select distinct organization_id::text, current_user::text from public.integrations")

        assert seen.fetchall() == [{"organization_id": HARBOUR, "current_user": "authenticated"}]
    database.close()
