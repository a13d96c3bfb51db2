"""While a key set is fetched, requests that do not need it are answered."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from tests.hub.edge.door import door
from tests.hub.ground import ADA, bearer, settings_for
from tests.hub.identity.keyserver import serving
from tests.hub.identity.project import Project

if TYPE_CHECKING:
    from tests.hub.ground import Ground


def test_a_slow_key_server_holds_up_only_those_who_need_it(ground: Ground) -> None:
    with serving() as server:
        server.may_answer.clear()
        with door(settings_for(ground, tokens={"jwks": server.address})) as entrance, ThreadPoolExecutor(20) as pool:
            asked = [
                pool.submit(
                    entrance.client.get, "/v1/known",
                    headers={"Authorization": f"Bearer {Project().token('ES256', session_id=str(number))}"},
                )
                for number in range(20)
            ]  # fmt: skip
            for _ in range(20):
                assert entrance.client.get("/v1/known", headers=bearer(ADA)).json()["user"] == ADA
                assert entrance.client.get("/v1/known").json()["role"] == "anon"
            assert not any(each.done() for each in asked)

            server.may_answer.set()

            assert {each.result().json()["user"] for each in asked} == {ADA}
        assert server.asked == 1
