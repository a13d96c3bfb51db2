"""What an administrator does to an integration, through the forms of its pages."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.hub.ground import ADA, HARBOUR
from tests.hub.pages.house import EMAIL, TELEGRAM, WHATSAPP

from integrations_hub.domain.outside import Trouble, TroubleKind

if TYPE_CHECKING:
    from tests.hub.pages.house import House, Person

HOME = f"/organizations/{HARBOUR}"
CONNECT, PAGE = f"{HOME}/connect/telegram", f"{HOME}/integrations/{TELEGRAM}"
GOOD = {
    "field-number": "+49301", "field-mode": "trial", "field-access_token": "t0p-secret", "field-hook_secret": "h00k",
    "check": "yes",
}  # fmt: skip
SECRETS = ("t0p-secret", "h00k", "n3w-secret")


def _connected(ada: Person) -> None:
    assert ada.post(CONNECT, **GOOD).headers["location"] == PAGE


def _configuration(house: House) -> object:
    [(found,)] = house.asked(f"select configuration from public.integrations where id = '{TELEGRAM}'")
    return found


def _secrets_in_use(house: House) -> dict[str, str]:
    """As the provider was given them last."""
    return house.telegram.accounts[-1].secret.reveal_all()


def test_connecting_keeps_settings_and_seals_secrets(house: House) -> None:
    with house.signed_in(ADA) as ada:
        _connected(ada)
        page = ada.get(PAGE).text

    assert "Telegram is connected." in page
    assert _configuration(house) == {"number": "+49301", "mode": "trial"}
    assert _secrets_in_use(house) == {"access_token": "t0p-secret", "hook_secret": "h00k"}
    assert [html.unescape(one) for one in re.findall(r'class="kept">.*?</span> ([^<]+)</span>', page)] == [
        "Access token", "Hook secret",
    ]  # fmt: skip
    assert not [one for one in SECRETS if one in page]


def test_a_form_that_is_refused_keeps_what_was_typed_but_for_secrets(house: House) -> None:
    with house.signed_in(ADA) as ada:
        typed = {**GOOD, "field-number": "49301", "field-nickname": "Harbour & Sons"}
        answer = ada.post(CONNECT, **typed)

    assert answer.status_code == 422
    assert "Number: it begins with +." in answer.text
    assert answer.headers["x-request-id"] in answer.text
    assert 'value="49301"' in answer.text
    assert 'value="Harbour &amp; Sons"' in answer.text
    assert "<option selected>trial" in answer.text
    assert not [one for one in SECRETS if one in answer.text]


def test_the_provider_is_asked_first_unless_that_is_not_wanted(house: House) -> None:
    house.telegram.trouble = Trouble(TroubleKind.UNREACHABLE, "the service does not answer")
    with house.signed_in(ADA) as ada:
        refused = ada.post(CONNECT, **GOOD)
        kept = ada.post(CONNECT, **{name: value for name, value in GOOD.items() if name != "check"})

    assert (refused.status_code, "the service does not answer." in refused.text) == (502, True)
    assert kept.status_code == 303


def test_changing_settings_leaves_the_secrets(house: House) -> None:
    with house.signed_in(ADA) as ada:
        _connected(ada)
        form = ada.get(f"{PAGE}/settings").text
        answer = ada.post(f"{PAGE}/settings", **{"field-number": "+777", "field-mode": "live", "check": "yes"})

    assert 'value="+49301"' in form
    assert "access_token" not in form
    assert answer.status_code == 303
    assert _configuration(house) == {"number": "+777", "mode": "live"}
    assert _secrets_in_use(house) == {"access_token": "t0p-secret", "hook_secret": "h00k"}


def test_settings_that_say_where_secrets_go_ask_for_them_again(house: House) -> None:
    number, *others = house.telegram.fields
    house.telegram.fields = (replace(number, is_destination=True), *others)
    typed = {"field-number": "+777", "field-mode": "live", "check": "yes"}
    again = {**typed, "field-access_token": "n3w-secret", "field-hook_secret": "h00k"}
    with house.signed_in(ADA) as ada:
        _connected(ada)
        form, secrets = ada.get(f"{PAGE}/settings").text, ada.get(f"{PAGE}/credentials").text
        refused = ada.post(f"{PAGE}/settings", **typed)
        house.telegram.trouble = Trouble(TroubleKind.REFUSED, "the token is of another number")
        wrong = ada.post(f"{PAGE}/settings", **again)
        house.telegram.trouble = None
        answer = ada.post(f"{PAGE}/settings", **again)

    assert "the credentials are asked for again: Number." in form
    assert "They are sent to: Number +49301." in secrets
    for response in (refused, wrong):
        assert response.status_code == 422
        assert all(f'name="field-{name}"' in response.text for name in ("access_token", "hook_secret"))
        assert 'value="+777"' in response.text
        assert not [one for one in SECRETS if one in response.text]
    assert "give Access token, Hook secret again." in refused.text
    assert answer.status_code == 303
    assert _secrets_in_use(house) == {"access_token": "n3w-secret", "hook_secret": "h00k"}


def test_replacing_one_secret_leaves_the_other(house: House) -> None:
    with house.signed_in(ADA) as ada:
        _connected(ada)
        form = ada.get(f"{PAGE}/credentials").text
        nothing = ada.post(f"{PAGE}/credentials", **{"field-access_token": "", "field-hook_secret": ""})
        answer = ada.post(f"{PAGE}/credentials", **{"field-access_token": "n3w-secret", "field-hook_secret": ""})
        page = ada.get(PAGE).text

    assert form.count("is set; empty leaves it") == 2
    assert (nothing.status_code, "nothing was replaced" in nothing.text) == (422, True)
    assert answer.status_code == 303
    assert _secrets_in_use(house) == {"access_token": "n3w-secret", "hook_secret": "h00k"}
    assert not [one for one in SECRETS if one in form + nothing.text + page]


def test_a_test_message_is_sent_once_however_often_the_button_is_pressed(house: House) -> None:
    with house.signed_in(ADA) as ada:
        _connected(ada)
        form = ada.get(f"{PAGE}/message").text
        key = form.partition('name="key" value="')[2].partition('"')[0]
        first, again = (ada.post(f"{PAGE}/message", key=key, to="42", text="Hello") for _ in range(2))
        page = ada.get(PAGE).text
        corrected = ada.post(f"{PAGE}/message", key=key, to="43", text="Hello")

    assert "To which chat" in form
    assert [one.status_code for one in (first, again, corrected)] == [303, 303, 303]
    assert "Telegram took the message to 42." in page
    assert [(one.to, one.text) for one in house.telegram.sent] == [("42", "Hello"), ("43", "Hello")]


def test_a_test_message_that_is_refused_can_be_corrected(house: House) -> None:
    with house.signed_in(ADA) as ada:
        _connected(ada)
        house.telegram.trouble = Trouble(TroubleKind.REJECTED, "there is no such chat")
        form = ada.get(f"{PAGE}/message").text
        key = form.partition('name="key" value="')[2].partition('"')[0]
        answer = ada.post(f"{PAGE}/message", key=key, to="<42>", text="Hello & good day")

    assert (answer.status_code, "there is no such chat." in answer.text) == (422, True)
    assert 'value="&lt;42&gt;"' in answer.text
    assert "Hello &amp; good day</textarea>" in answer.text
    assert f'name="key" value="{key}"' in answer.text


@pytest.mark.parametrize("key", ["", "1", "'; drop table x"])
def test_a_message_without_a_key_is_not_sent(house: House, key: str) -> None:
    with house.signed_in(ADA) as ada:
        _connected(ada)
        assert ada.post(f"{PAGE}/message", key=key, to="42", text="Hello").status_code == 400
    assert house.telegram.sent == []


def test_checking_now_tells_what_the_service_said(house: House) -> None:
    with house.signed_in(ADA) as ada:
        _connected(ada)
        ada.post(f"{PAGE}/check")
        well = ada.get(PAGE).text
        house.telegram.trouble = Trouble(TroubleKind.REFUSED, "the access token has expired: make a new one")
        answer = ada.post(f"{PAGE}/check")
        ill = ada.get(PAGE).text

    assert "Telegram works: line open (12 ms)." in well
    assert "<span>Telegram works</span>" in well
    assert answer.status_code == 422
    assert re.search(r'role="alert">.*?the access token has expired: make a new one\.', answer.text, re.DOTALL)
    assert "<q>the access token has expired: make a new one</q>" in answer.text, "the state has changed as well"
    assert "<span>Telegram does not work</span>" in ill
    assert "The last check or message failed." in ill


def test_switching_off_and_on(house: House) -> None:
    with house.signed_in(ADA) as ada:
        _connected(ada)
        ada.post(f"{PAGE}/disable")
        off = ada.get(PAGE).text
        ada.post(f"{PAGE}/enable")
        on = ada.get(PAGE).text

    assert "<span>Telegram is switched off</span>" in off
    assert "Switch on</button>" in off
    assert "Switch off</button>" in on


def test_credentials_that_do_not_open_are_said_to_and_can_be_replaced(house: House) -> None:
    path = f"{HOME}/integrations/{WHATSAPP}"
    with house.signed_in(ADA) as ada:
        page, form = ada.get(path), ada.get(f"{path}/credentials")

    assert (page.status_code, form.status_code) == (200, 200)
    assert "Replace them." in page.text
    assert "is set; empty leaves it" not in form.text


def test_what_the_hub_does_not_connect_has_no_forms(house: House) -> None:
    path = f"{HOME}/integrations/{EMAIL}"
    with house.signed_in(ADA) as ada:
        page = ada.get(path).text
        assert "The hub itself does not speak to this service" in page
        assert "Check now</button>" not in page
        for form in ("settings", "credentials", "message"):
            assert ada.get(f"{path}/{form}").status_code == 404
        assert ada.get(f"{HOME}/connect/email").status_code == 404
        assert ada.post(f"{path}/explode").status_code == 404
