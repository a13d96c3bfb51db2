"""Forms that did not come from a page of the session change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.hub.ground import ADA, HARBOUR, OLGA
from tests.hub.pages.house import WHATSAPP

if TYPE_CHECKING:
    from tests.hub.pages.house import House

DISABLE = f"/organizations/{HARBOUR}/integrations/{WHATSAPP}/disable"


def _is_active(house: House) -> bool:
    [(active,)] = house.asked(f"select is_active from public.integrations where id = '{WHATSAPP}'")
    return bool(active)


def test_with_its_proof_from_its_own_page_it_does_what_it_says(house: House) -> None:
    with house.signed_in(ADA) as ada:
        answer = ada.post(DISABLE)

        assert answer.headers["location"] == DISABLE.removesuffix("/disable")
        assert not _is_active(house)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "HERE", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "HERE", "Sec-Fetch-Site": "same-site"},
        {"Origin": "HERE.evil.example"},
    ],
)
def test_a_form_from_elsewhere_is_refused_although_its_proof_is_right(house: House, headers: dict[str, str]) -> None:
    with house.signed_in(ADA) as ada:
        sent = {name: value.replace("HERE", ada.origin) for name, value in headers.items()}
        answer = ada.browser.post(DISABLE, data={"csrf": ada.csrf()}, headers=sent)

        assert answer.status_code == 403
        assert "did not come from a page of yours" in answer.text
        assert _is_active(house)


def test_the_proof_of_another_session_or_none_is_refused(house: House) -> None:
    with house.signed_in(ADA) as ada, house.signed_in(OLGA) as olga:
        for csrf in ("", "0" * 64, "é", olga.csrf()):
            answer = ada.browser.post(DISABLE, data={"csrf": csrf}, headers={"Origin": ada.origin})
            assert answer.status_code == 403
        assert _is_active(house)


def test_what_is_no_form_is_refused_before_it_is_read_whole(house: House) -> None:
    with house.signed_in(ADA) as ada:
        origin = {"Origin": ada.origin}
        json = ada.browser.post(DISABLE, json={"csrf": ada.csrf()}, headers=origin)
        large = ada.browser.post(DISABLE, data={"csrf": "x" * 70_000}, headers=origin)
        many = ada.browser.post(DISABLE, data={f"n{n}": "" for n in range(200)}, headers=origin)
        binary = ada.browser.post(
            DISABLE, content=b"csrf=%ff%fe", headers={**origin, "Content-Type": "application/x-www-form-urlencoded"}
        )

        assert [one.status_code for one in (json, large, many, binary)] == [415, 413, 400, 400]
        assert all("<h1>" in one.text for one in (json, large, many, binary))
        assert _is_active(house)
