"""What every provider keeps to, whichever service it speaks to; a new folder is taken in by itself."""

from __future__ import annotations

import logging
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.hub.providers.accounts import TYPES, Ready, account, ready, trouble
from tests.hub.providers.fakes.web import Mood

from integrations_hub.domain.outside import Trouble, TroubleKind, WebhookCall
from integrations_hub.domain.secret import Secret
from integrations_hub.providers.form import destination
from integrations_hub.providers.guard import Guarded
from integrations_hub.settings import Provider as Operators

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from integrations_hub.domain.outside import Field
    from integrations_hub.providers.guard import Guardable

#: Moods in which the service takes the message and then does not say so.
UNKNOWN = (
    Mood.HANGING, Mood.DRIPPING, Mood.DROPPING, Mood.GATEWAY, Mood.HTML, Mood.TRUNCATED, Mood.WRONG_TYPE, Mood.STRANGE,
    Mood.HUGE, Mood.MOVED,
)  # fmt: skip


def made(integration_type: str) -> Guardable:
    provider: Guardable = import_module(f"integrations_hub.providers.{integration_type}.provider").create(Operators())
    return provider


@pytest.fixture(params=TYPES)
def it(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ready]:
    with ready(request.param, tmp_path) as found:
        yield found


def of(fields: tuple[Field, ...]) -> Iterator[Field]:
    yield from (field for field in fields if field.is_required and not field.default)


def moods(among: Iterable[Mood]) -> list[tuple[str, Mood]]:
    """Every type with those of the moods that its fake can be in."""
    able = {each: import_module(f"tests.hub.providers.fakes.{each}").MOODS for each in TYPES}
    return [(each, mood) for each in TYPES for mood in among if mood in able[each]]


REQUIRED = [(each, field.name) for each in TYPES for field in of(made(each).fields)]


@pytest.mark.parametrize("integration_type", TYPES)
def test_what_is_complete_is_taken_and_taken_again(integration_type: str) -> None:
    whole = account(integration_type)
    configuration, secret = made(integration_type).validate(whole.configuration, whole.secret)

    again = made(integration_type).validate(configuration, secret)

    assert again[0] == configuration
    assert again[1].reveal_all() == secret.reveal_all()


@pytest.mark.parametrize(("integration_type", "name"), REQUIRED)
def test_a_missing_field_is_named(integration_type: str, name: str) -> None:
    whole, provider = account(integration_type), made(integration_type)
    configuration = {each: value for each, value in whole.configuration.items() if each != name}
    secret = Secret({each: value for each, value in whole.secret.reveal_all().items() if each != name})
    label = next(field.label for field in provider.fields if field.name == name)

    caught = trouble(lambda: provider.validate(configuration, secret))

    assert caught.kind is TroubleKind.MISCONFIGURED
    assert caught.reason.startswith(f"{label} is missing")


@pytest.mark.parametrize("integration_type", TYPES)
def test_what_no_field_is_for_is_refused(integration_type: str) -> None:
    whole, provider = account(integration_type), made(integration_type)
    secrets = whole.secret.reveal_all()
    name, value = next(iter(secrets.items()))

    unknown = trouble(lambda: provider.validate({**whole.configuration, "hosst": "x"}, whole.secret))
    secret_in_settings = trouble(lambda: provider.validate({**whole.configuration, name: value}, whole.secret))
    not_a_secret = trouble(lambda: provider.validate(whole.configuration, Secret({**secrets, "pin": "1234"})))

    assert "hosst" in unknown.reason
    assert "is a secret" in secret_in_settings.reason
    assert "pin" in not_a_secret.reason
    assert value not in secret_in_settings.reason


@pytest.mark.parametrize("integration_type", TYPES)
@pytest.mark.parametrize("bad", ["a\r\nBcc: eve@example.org", "a\0b", "x" * 5000, ["a"], True, {"a": 1}])
def test_no_field_takes_line_ends_and_other_things(integration_type: str, bad: object) -> None:
    whole, provider = account(integration_type), made(integration_type)

    for field in provider.fields:
        if field.is_secret and isinstance(bad, str):
            secret = Secret({**whole.secret.reveal_all(), field.name: bad})
            caught = trouble(lambda secret=secret: provider.validate(whole.configuration, secret))  # type: ignore[misc]
            assert bad not in caught.reason
        elif not field.is_secret:
            configuration = {**whole.configuration, field.name: bad}
            caught = trouble(lambda given=configuration: provider.validate(given, whole.secret))  # type: ignore[misc]
        else:
            continue
        assert caught.kind is TroubleKind.MISCONFIGURED
        assert caught.reason.startswith(field.label)


@pytest.mark.parametrize("integration_type", TYPES)
def test_where_secrets_go_reads_the_same_before_and_after_validation(integration_type: str) -> None:
    """What is typed, and what is kept of it: what was sealed for the one opens for the other."""
    whole, provider = account(integration_type), made(integration_type)
    typed = {name: f" {value} " for name, value in whole.configuration.items()}
    kept = provider.validate(typed, whole.secret)[0]

    goes_to = destination(provider.fields, typed)

    assert goes_to == destination(provider.fields, kept) == {name: kept[name] for name in goes_to}
    assert not [field for field in provider.fields if field.is_destination and field.is_secret]


def test_a_check_asks_and_sends_nothing(it: Ready) -> None:
    healthy = it.provider.check(it.account)

    assert healthy.said
    assert healthy.duration_ms > 0
    assert len(it.fake.asked) == 1
    assert it.fake.sent == []


def test_a_message_is_sent_once_and_known_by_a_name(it: Ready) -> None:
    sent = it.provider.send(it.account, it.message())

    assert sent.provider_id
    assert len(it.fake.sent) == 1


def test_a_message_that_cannot_have_arrived_is_sent_again(it: Ready) -> None:
    it.fake.mood = Mood.DOWN

    def come_back() -> None:
        it.fake.mood = Mood.FINE

    it.clock.meanwhile = come_back
    it.provider.send(it.account, it.message())

    assert len(it.clock.slept) == 1
    assert len(it.fake.sent) == 1


def test_nothing_is_tried_for_ever(it: Ready) -> None:
    it.fake.mood = Mood.DOWN

    caught = trouble(lambda: it.provider.send(it.account, it.message()))

    assert caught.kind is TroubleKind.UNREACHABLE
    assert not caught.may_have_arrived
    assert len(it.clock.slept) == 2


@pytest.mark.parametrize(("integration_type", "mood"), moods(UNKNOWN))
def test_a_message_that_may_have_arrived_is_not_sent_again(tmp_path: Path, integration_type: str, mood: Mood) -> None:
    is_late = mood in {Mood.HANGING, Mood.DRIPPING}
    with ready(integration_type, tmp_path, timeout=5 if is_late else 30) as it:
        it.fake.mood = mood

        caught = trouble(lambda: it.provider.send(it.account, it.message()))

        assert caught.may_have_arrived
        assert "not sent again" in caught.reason
        assert len(it.fake.sent) == 1
        assert it.clock.slept == []
        assert (caught.kind is TroubleKind.TIMED_OUT) == is_late


def test_a_check_that_fails_for_the_moment_is_tried_again(it: Ready) -> None:
    # What says so at once; a mail server that is asked for nothing but a login says it at the greeting.
    it.fake.mood = Mood.BROKEN
    if it.provider.integration_type == "email":
        it.fake.replies = {"greeting": "421 4.3.2 Service not available, closing transmission channel"}

    caught = trouble(lambda: it.provider.check(it.account))

    assert caught.kind is TroubleKind.UNAVAILABLE
    assert not caught.may_have_arrived
    assert len(it.fake.asked) == 3


def test_credentials_that_are_not_taken_any_more_are_told_with_what_to_do(it: Ready) -> None:
    it.fake.expire()

    for act in (lambda: it.provider.check(it.account), lambda: it.provider.send(it.account, it.message())):
        caught = trouble(act)
        assert caught.kind is TroubleKind.REFUSED
        assert "rotate the credentials" in caught.reason
        assert not caught.may_have_arrived
    assert it.fake.sent == []
    assert it.clock.slept == []


def test_bad_credentials_of_one_organization_close_no_door(it: Ready) -> None:
    wrong = {
        name: value[:-1] + ("0" if value[-1] != "0" else "1") for name, value in it.account.secret.reveal_all().items()
    }
    for _ in range(8):
        assert trouble(lambda: it.provider.check(it.of("second", **wrong))).kind is TroubleKind.REFUSED

    assert it.provider.check(it.account).said


def test_an_address_that_fails_is_left_alone_and_tried_after_a_while(it: Ready) -> None:
    it.fake.mood = Mood.DOWN
    while (caught := trouble(lambda: it.provider.check(it.account))).kind is not TroubleKind.PAUSED:
        assert len(it.clock.slept) < 20
    it.fake.mood = Mood.FINE

    asked = len(it.fake.asked)
    again = trouble(lambda: it.provider.send(it.of("second"), it.message()))
    assert (again.kind, len(it.fake.asked)) == (TroubleKind.PAUSED, asked)
    assert f"tried again in {again.retry_after:.0f} s" in again.reason
    assert caught.retry_after is not None

    it.clock.now += caught.retry_after
    it.provider.send(it.account, it.message())
    assert len(it.fake.sent) == 1


def test_a_limit_is_kept_by_the_account_that_was_told(it: Ready) -> None:
    it.fake.mood = Mood.LIMITING
    it.fake.retry_after = 300

    first = trouble(lambda: it.provider.send(it.account, it.message()))
    asked = len(it.fake.asked)
    second = trouble(lambda: it.provider.send(it.account, it.message()))
    assert (first.kind, second.kind) == (TroubleKind.RATE_LIMITED, TroubleKind.RATE_LIMITED)
    assert (first.retry_after, second.retry_after) == (300, 300)
    assert it.clock.slept == []
    assert len(it.fake.asked) == asked

    it.fake.mood = Mood.FINE
    it.provider.send(it.of("second"), it.message(to=it.receiver))
    it.clock.now += 300
    it.provider.send(it.account, it.message())
    assert len(it.fake.sent) == 2


@pytest.mark.parametrize(
    ("it", "mood"), moods(mood for mood in Mood if mood not in {Mood.HANGING, Mood.DRIPPING}), indirect=["it"]
)
def test_no_secret_is_in_any_word(it: Ready, mood: Mood, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("asyncio", "mail.log"):
        # The fakes' own.
        logging.getLogger(name).setLevel(logging.CRITICAL)
    it.fake.mood = mood
    words = [repr(it.account), str(it.account)]
    failures: list[Trouble] = []
    for act in (
        lambda: it.provider.check(it.account), lambda: it.provider.send(it.account, it.message()),
        lambda: it.provider.announce(it.account, "https://hub.example.org/webhooks/1"),
    ):  # fmt: skip
        try:
            words.append(repr(act()))
        except Trouble as caught:
            failures.append(caught)
            words += [repr(caught), caught.reason, *traceback.format_exception(caught)]
    words.append(caplog.text)

    assert bool(failures) == (mood not in {Mood.FINE, Mood.SLOW})
    assert not any(caught.__cause__ or caught.__context__ for caught in failures)
    for value in it.account.secret.reveal_all().values():
        assert not any(value in each for each in words)


def test_settings_that_were_written_past_the_form_are_looked_at_when_they_are_used(it: Ready) -> None:
    bad = replace(it.account, configuration={**it.account.configuration, "address": "http://127.0.0.1:1/"})
    call = WebhookCall(method="POST", headers={}, query={}, body=b"{}", at=datetime.now(UTC))

    for act in (
        lambda: it.provider.check(bad), lambda: it.provider.send(bad, it.message()),
        lambda: it.provider.announce(bad, "https://hub.example.org"), lambda: it.provider.receive(bad, call),
    ):  # fmt: skip
        assert trouble(act).kind is TroubleKind.MISCONFIGURED
    assert it.fake.asked == []


@pytest.mark.parametrize("to", ["", "nobody", "a@b", "x\r\nBcc: eve@example.org", "../../me", "1" * 400, "\ud800"])
def test_a_receiver_that_is_none_is_not_asked_for(it: Ready, to: str) -> None:
    caught = trouble(lambda: it.provider.send(it.account, it.message(to=to)))

    assert caught.kind is TroubleKind.REJECTED
    assert caught.reason.startswith("nothing was sent")
    assert it.fake.asked == []


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 200_000, "half a \ud800 character", "a\0b"])
def test_a_text_that_is_none_is_not_sent(it: Ready, text: str) -> None:
    caught = trouble(lambda: it.provider.send(it.account, it.message(text=text)))

    assert caught.kind is TroubleKind.REJECTED
    assert it.fake.asked == []


def test_many_threads_send_each_message_once(it: Ready) -> None:
    with ThreadPoolExecutor(8) as pool:
        sent = list(pool.map(lambda n: it.provider.send(it.of(f"account-{n}"), it.message(key=f"key-{n}")), range(24)))

    assert len({each.provider_id for each in sent}) == 24
    assert len(it.fake.sent) == 24


@pytest.mark.parametrize("integration_type", TYPES)
@settings(max_examples=60, deadline=None)
@given(
    body=st.binary(max_size=200),
    name=st.sampled_from(["x-hub-signature-256", "x-telegram-bot-api-secret-token"]),
    value=st.text(max_size=80),
    method=st.sampled_from(["GET", "POST", "PUT"]),
    query=st.dictionaries(st.sampled_from(["hub.mode", "hub.verify_token", "hub.challenge"]), st.text(max_size=20)),
)
def test_a_call_of_anybody_is_trouble_and_nothing_else(
    integration_type: str, body: bytes, name: str, value: str, method: str, query: dict[str, str]
) -> None:
    call = WebhookCall(method=method, headers={name: value}, query=query, body=body, at=datetime.now(UTC))

    caught = trouble(lambda: Guarded(made(integration_type)).receive(account(integration_type), call))

    assert caught.kind in {TroubleKind.REFUSED, TroubleKind.MISCONFIGURED}
