"""What follows from what happened: every kind of it, in every state."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from math import inf, nan

import pytest

from integrations_hub.domain.integration import Integration, Status
from integrations_hub.domain.outside import TroubleKind
from integrations_hub.domain.states import (
    DISABLED,
    ENABLED,
    HEARD,
    TOLD,
    UNTOLD,
    WORKED,
    Happening,
    Simple,
    Troubled,
    after,
    is_news,
)

NOW = datetime(2026, 3, 6, 18, 5, tzinfo=UTC)
EARLIER = NOW - timedelta(hours=1)
ACTIVE = Integration(
    id="i", organization_id="o", integration_type="telegram", is_active=True, status=Status.ACTIVE,
    last_sync_at=EARLIER,
)  # fmt: skip
#: Every state that a row can be in, whoever wrote it.
STATES = [
    replace(ACTIVE, is_active=is_active, status=status, last_error=error, last_sync_at=synced)
    for is_active, status, error, synced in product((True, False), Status, (None, "before"), (None, EARLIER))
]
TROUBLES = [Troubled(kind=kind, reason="why", retry_after=wait) for kind in TroubleKind for wait in (None, 90)]
HAPPENINGS: list[Happening] = [WORKED, HEARD, UNTOLD, TOLD, ENABLED, DISABLED, *TROUBLES]
#: Of an integration that is switched on.
BECOMES = {
    TroubleKind.MISCONFIGURED: Status.ERROR, TroubleKind.REFUSED: Status.ERROR, TroubleKind.REJECTED: Status.ACTIVE,
    TroubleKind.RATE_LIMITED: Status.RATE_LIMITED, TroubleKind.UNREACHABLE: Status.ERROR,
    TroubleKind.TIMED_OUT: Status.ERROR, TroubleKind.UNAVAILABLE: Status.ERROR,
    TroubleKind.UNINTELLIGIBLE: Status.ERROR, TroubleKind.PAUSED: Status.ERROR,
}  # fmt: skip


@pytest.mark.parametrize("before", STATES)
def test_whatever_happens(before: Integration) -> None:
    for happening in HAPPENINGS:
        now = after(before, happening, NOW)

        unchanged = {"status": before.status, "is_active": before.is_active, "last_error": before.last_error,
                     "last_sync_at": before.last_sync_at}  # fmt: skip
        assert replace(now, **unchanged) == before  # type: ignore[arg-type]
        assert now.is_active is (happening == ENABLED or (before.is_active and happening != DISABLED))
        if happening != HEARD and now != before:
            assert (now.status is Status.INACTIVE) is not now.is_active
        assert now.last_sync_at in (before.last_sync_at, NOW)


@pytest.mark.parametrize("before", STATES)
def test_a_success_is_active_and_without_an_error(before: Integration) -> None:
    now = after(before, WORKED, NOW)

    assert (now.last_error, now.last_sync_at) == (None, NOW)
    assert now.status is (Status.ACTIVE if before.is_active else Status.INACTIVE)


@pytest.mark.parametrize(("kind", "status"), BECOMES.items())
def test_trouble_is_said_in_words(kind: TroubleKind, status: Status) -> None:
    now = after(ACTIVE, Troubled(kind=kind, reason=" the token was revoked "), NOW)

    assert (now.status, now.last_error) == (status, "the token was revoked")
    assert now.last_sync_at == (NOW if kind is TroubleKind.REJECTED else EARLIER)


@pytest.mark.parametrize("trouble", TROUBLES)
def test_what_is_switched_off_stays_so(trouble: Troubled) -> None:
    off = replace(ACTIVE, is_active=False, status=Status.INACTIVE)

    now = after(off, trouble, NOW)

    assert (now.is_active, now.status) == (False, Status.INACTIVE)
    assert (now.last_error or "").startswith("why")


def test_a_message_that_is_not_wanted_shows_that_the_credentials_are_good() -> None:
    broken = replace(ACTIVE, status=Status.ERROR, last_error="before")

    now = after(broken, Troubled(kind=TroubleKind.REJECTED, reason="no such chat"), NOW)

    assert (now.status, now.last_error, now.last_sync_at) == (Status.ACTIVE, "no such chat", NOW)


@pytest.mark.parametrize("status", [Status.ERROR, Status.RATE_LIMITED])
def test_where_nobody_was_asked_what_is_known_stays(status: Status) -> None:
    before = replace(ACTIVE, status=status, last_error="the token was revoked")

    assert after(before, Troubled(kind=TroubleKind.PAUSED, reason="left alone"), NOW) == before


def test_a_limit_says_until_when() -> None:
    now = after(ACTIVE, Troubled(kind=TroubleKind.RATE_LIMITED, reason="too many messages", retry_after=600), NOW)

    assert now.last_error == "too many messages; not before 2026-03-06 18:15 UTC"


@pytest.mark.parametrize("wait", [None, 0, -1, nan, inf, -inf, 1e300, 10 * 86400])
def test_a_limit_that_makes_no_sense_says_nothing_of_it(wait: float | None) -> None:
    now = after(ACTIVE, Troubled(kind=TroubleKind.RATE_LIMITED, reason="too many", retry_after=wait), NOW)

    assert now.last_error == "too many"


def test_a_reason_is_not_empty_and_not_endless() -> None:
    for reason, length in ((" ", 46), ("x" * 10_000, 500)):
        now = after(ACTIVE, Troubled(kind=TroubleKind.REFUSED, reason=reason), NOW)
        assert now.last_error
        assert 0 < len(now.last_error) <= max(length, 60)


def test_being_called_says_nothing_about_the_credentials() -> None:
    broken = replace(ACTIVE, status=Status.ERROR, last_error="the token was revoked")

    assert after(broken, HEARD, NOW) == replace(broken, last_sync_at=NOW)


def test_connected_it_is_in_error_until_its_provider_knows_where_to_call() -> None:
    untold = after(ACTIVE, UNTOLD, NOW)

    assert (untold.status, untold.last_error) == (
        Status.ERROR, "the service has not been told yet where to call the hub",
    )  # fmt: skip
    assert after(untold, TOLD, NOW) == ACTIVE


def test_time_does_not_run_backwards() -> None:
    for happening in (WORKED, HEARD):
        assert after(ACTIVE, happening, EARLIER - timedelta(hours=1)).last_sync_at == EARLIER


def test_a_success_like_the_one_a_moment_ago_is_no_news() -> None:
    def later(**seconds: float) -> Integration:
        return after(ACTIVE, WORKED, EARLIER + timedelta(**seconds))

    assert not is_news(ACTIVE, later(seconds=59))
    assert is_news(ACTIVE, later(seconds=60))
    assert is_news(replace(ACTIVE, last_sync_at=None), later(seconds=1))
    assert is_news(replace(ACTIVE, status=Status.ERROR, last_error="before"), later(seconds=1))


def test_the_same_trouble_again_is_no_news() -> None:
    trouble = Troubled(kind=TroubleKind.REFUSED, reason="why")
    broken = after(ACTIVE, trouble, NOW)

    assert is_news(ACTIVE, broken)
    assert not is_news(broken, after(broken, trouble, NOW + timedelta(hours=5)))


def test_happenings_are_told_apart() -> None:
    assert len({WORKED, HEARD, UNTOLD, TOLD, ENABLED, DISABLED, Simple("worked")}) == 6
