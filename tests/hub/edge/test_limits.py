"""Requests of organizations, limited over several servers on one database."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from tests.hub.ground import ADA, HARBOUR, LIGHTHOUSE, MAX, NOBODY, OTTO, SUPER, TILDA, TOM, early_in_a_minute

from integrations_hub.domain.caller import ANONYMOUS, SERVICE, Caller
from integrations_hub.domain.refusal import Refusal
from integrations_hub.edge.limits import LEASES, MEMORY, PAUSE, Limits
from integrations_hub.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

    from tests.hub.ground import Ground

    from integrations_hub.store.security import SecurityEvent

LIMIT = 100
LEASE = LIMIT // LEASES
ENDPOINT = "/tests"


class Clock:
    """Moved by hand, so that no window of this process ends by itself."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """The time."""
        return self.now


class Counted(Database):
    """Counts what is asked of the database."""

    transactions = 0

    def transaction(self, caller: Caller) -> Any:  # noqa: ANN401 - as the original
        """One more."""
        self.transactions += 1
        return super().transaction(caller)


@pytest.fixture
def database(ground: Ground) -> Iterator[Counted]:
    """With few seconds of the running minute gone, as the database counts them."""
    database = Counted(ground.dsn, connections=8)
    database.open()
    early_in_a_minute()
    yield database
    database.close()


def _user(user: str) -> Caller:
    return Caller(role="authenticated", claims={"sub": user})


def _limits(database: Database, *, clock: Clock | None = None, told: list[SecurityEvent] | None = None) -> Limits:
    return Limits(database, limit=LIMIT, clock=clock or Clock(), tell=(told if told is not None else []).append)


async def _admitted(limits: Limits, caller: Caller, times: int, *, at_once: int = 1, address: str | None = None) -> int:
    """How many of so many requests were."""
    door = asyncio.Semaphore(at_once)

    async def ask() -> bool:
        async with door:
            try:
                await limits.take(caller, ENDPOINT, address=address)
            except Refusal as refusal:
                if refusal.code != "rate_limited":
                    raise
                return False
            return True

    return sum(await asyncio.gather(*(ask() for _ in range(times))))


async def _both(*asked: Coroutine[Any, Any, int]) -> list[int]:
    return list(await asyncio.gather(*asked))


def _in_database(ground: Ground, organization: str = HARBOUR) -> int:
    database = Database(ground.dsn, connections=2)
    database.open()
    with database.transaction(SERVICE) as connection:
        row = connection.execute(
            "select coalesce(sum(request_count), 0)::int as n from public.api_rate_limits "
            "where organization_id = %s and endpoint = %s",
            [organization, ENDPOINT],
        ).fetchall()[0]
    database.close()
    return int(row["n"])


@pytest.mark.parametrize("at_once", [1, 64])
def test_one_server_admits_exactly_the_limit(ground: Ground, database: Counted, at_once: int) -> None:
    assert asyncio.run(_admitted(_limits(database), _user(ADA), 3 * LIMIT, at_once=at_once)) == LIMIT

    assert _in_database(ground) == LIMIT


def test_the_database_is_asked_for_a_lease_and_not_for_a_request(database: Counted) -> None:
    asyncio.run(_admitted(_limits(database), _user(ADA), 5 * LIMIT, at_once=8))

    # One for the organizations of the user, twenty leases; none for what is refused.
    assert database.transactions == 1 + LEASES


@pytest.mark.parametrize("at_once", [1, 32])
def test_two_servers_admit_no_more_than_the_limit_and_a_lease(ground: Ground, database: Counted, at_once: int) -> None:
    async def run() -> list[int]:
        servers = _limits(database), _limits(database)
        return await _both(*(_admitted(server, _user(ADA), LIMIT, at_once=at_once) for server in servers))

    admitted = sum(asyncio.run(run()))

    assert LIMIT - 2 * (LEASE - 1) <= admitted <= LIMIT + LEASE
    assert _in_database(ground) <= LIMIT + LEASE


def test_five_servers_admit_no_more_than_the_limit_and_four_leases(ground: Ground, database: Counted) -> None:
    async def run() -> list[int]:
        servers = [_limits(database) for _ in range(5)]
        return await _both(*(_admitted(server, _user(ADA), LIMIT, at_once=8) for server in servers))

    assert LIMIT - 5 * (LEASE - 1) <= sum(asyncio.run(run())) <= LIMIT + 4 * LEASE
    assert _in_database(ground) <= LIMIT + 4 * LEASE


def test_what_is_left_of_the_limit_is_leased_where_a_lease_is_too_much(database: Counted) -> None:
    async def run() -> tuple[int, int]:
        first = Limits(database, limit=10, clock=Clock())
        other = Limits(database, limit=7, clock=Clock())
        assert await _admitted(first, _user(ADA), 6) == 6
        return await _admitted(other, _user(ADA), 10), await _admitted(first, _user(ADA), 10)

    assert asyncio.run(run()) == (1, 3)


def test_members_of_one_organization_share_its_limit(database: Counted) -> None:
    async def run() -> tuple[int, int]:
        limits = _limits(database)
        return await _admitted(limits, _user(ADA), LIMIT - 1), await _admitted(limits, _user(MAX), 10)

    assert asyncio.run(run()) == (LIMIT - 1, 1)


def test_a_user_of_two_organizations_is_charged_in_each(ground: Ground, database: Counted) -> None:
    async def run() -> None:
        limits = _limits(database)
        assert await _admitted(limits, _user(TOM), LEASE) == LEASE
        assert await _admitted(limits, _user(OTTO), 2 * LIMIT, at_once=8) == LIMIT - LEASE
        # Lighthouse has reached its limit, and so has who belongs to it; Harbour is not charged for that.
        assert await _admitted(limits, _user(TOM), 10) == 0
        assert await _admitted(limits, _user(ADA), 2 * LIMIT, at_once=8) == LIMIT - LEASE

    asyncio.run(run())

    assert (_in_database(ground, HARBOUR), _in_database(ground, LIGHTHOUSE)) == (LIMIT, LIMIT)


def test_endpoints_and_organizations_are_counted_apart(database: Counted) -> None:
    async def run() -> None:
        limits = _limits(database)
        assert await _admitted(limits, _user(ADA), LIMIT + 1) == LIMIT
        assert (await limits.take(_user(ADA), "/other"))["RateLimit-Remaining"] == str(LIMIT - 1)
        assert (await limits.take(_user(TILDA), ENDPOINT))["RateLimit-Remaining"] == str(LIMIT - 1)

    asyncio.run(run())


def test_the_service_and_operators_are_not_limited(database: Counted) -> None:
    operator = Caller(role="authenticated", claims={"sub": SUPER, "app_metadata": {"super_admin": True}})

    for caller in (SERVICE, operator):
        assert asyncio.run(_admitted(_limits(database), caller, 2 * LIMIT)) == 2 * LIMIT
    assert database.transactions == 0


def test_the_answer_says_how_many_are_left(database: Counted) -> None:
    async def run() -> list[dict[str, str]]:
        limits = _limits(database)
        return [await limits.take(_user(ADA), ENDPOINT) for _ in range(LIMIT)]

    answers = asyncio.run(run())

    assert [int(answer["RateLimit-Remaining"]) for answer in answers] == [*reversed(range(LIMIT))]
    assert {answer["RateLimit-Limit"] for answer in answers} == {str(LIMIT)}
    assert all(0 < int(answer["RateLimit-Reset"]) <= 60 for answer in answers)


def test_who_is_refused_is_told_when_to_come_back(database: Counted) -> None:
    told: list[SecurityEvent] = []

    async def run() -> Refusal:
        limits = _limits(database, told=told)
        await _admitted(limits, _user(ADA), LIMIT)
        with pytest.raises(Refusal) as refused:
            await limits.take(_user(ADA), ENDPOINT)
        return refused.value

    refusal = asyncio.run(run())

    assert 0 < int(refusal.headers["Retry-After"]) <= 60
    assert refusal.headers["RateLimit-Remaining"] == "0"
    assert [(event.event_type, event.reason, event.organization_id) for event in told] == [
        ("rate_limit.exceeded", ENDPOINT, HARBOUR)
    ]


def test_a_lease_ends_with_its_window(ground: Ground, database: Counted) -> None:
    clock = Clock()

    async def run() -> None:
        limits = _limits(database, clock=clock)
        await limits.take(_user(ADA), ENDPOINT)
        assert _in_database(ground) == LEASE
        clock.now += 61
        # What was left of the lease is not handed out in the window after.
        await limits.take(_user(ADA), ENDPOINT)
        assert _in_database(ground) == 2 * LEASE

    asyncio.run(run())


def test_a_window_that_is_used_up_is_asked_about_again_when_it_has_ended(database: Counted) -> None:
    clock = Clock()

    async def run() -> None:
        limits = _limits(database, clock=clock)
        assert await _admitted(limits, _user(ADA), LIMIT + 5) == LIMIT
        asked = database.transactions
        assert await _admitted(limits, _user(ADA), 50) == 0
        assert database.transactions == asked

        clock.now += 61
        # The database's minute is still the same, and it says no again; nothing of that is remembered from before.
        assert await _admitted(limits, _user(ADA), 1) == 0
        assert database.transactions > asked

    asyncio.run(run())


def test_a_new_membership_counts_after_some_seconds(ground: Ground, database: Counted) -> None:
    clock = Clock()

    async def run() -> None:
        limits = _limits(database, clock=clock)
        await limits.take(_user(NOBODY), ENDPOINT)
        with ground.superuser() as connection:
            connection.execute(
                "insert into public.organization_members (organization_id, user_id, role, status) "
                f"values ('{HARBOUR}', '{NOBODY}', 'member', 'active')"
            )
        await limits.take(_user(NOBODY), ENDPOINT)
        assert _in_database(ground) == 0

        clock.now += MEMORY + 1
        await limits.take(_user(NOBODY), ENDPOINT)
        assert _in_database(ground) == LEASE

    asyncio.run(run())


def test_visitors_are_counted_by_address_and_in_memory(database: Counted) -> None:
    clock = Clock()

    async def run() -> None:
        limits = _limits(database, clock=clock)
        assert await _admitted(limits, ANONYMOUS, LIMIT + 5, address="192.0.2.1") == LIMIT
        assert await _admitted(limits, ANONYMOUS, 1, address="192.0.2.2") == 1
        assert await _admitted(limits, ANONYMOUS, LIMIT, address="2001:db8::1") == LIMIT
        assert await _admitted(limits, ANONYMOUS, 1, address="2001:db8::ffff") == 0
        assert await _admitted(limits, ANONYMOUS, 1, address="2001:db8:0:1::1") == 1
        clock.now += 60
        assert await _admitted(limits, ANONYMOUS, 1, address="192.0.2.1") == 1

    asyncio.run(run())
    assert database.transactions == 0


def test_a_user_of_no_organization_is_counted_by_themselves(database: Counted) -> None:
    async def run() -> None:
        limits = _limits(database)
        assert await _admitted(limits, _user(NOBODY), LIMIT + 5, address="192.0.2.1") == LIMIT
        assert await _admitted(limits, ANONYMOUS, 1, address="192.0.2.1") == 1

    asyncio.run(run())


def test_a_flood_from_everywhere_fills_no_memory(monkeypatch: pytest.MonkeyPatch, database: Counted) -> None:
    monkeypatch.setattr("integrations_hub.edge.windows.MOST", 50)

    async def run() -> int:
        limits = _limits(database)
        return sum(
            [
                await _admitted(limits, ANONYMOUS, 1, address=f"192.0.{number // 250}.{number % 250}")
                for number in range(50 + 2 * LIMIT)
            ]
        )

    # Fifty have a count of their own, and the others share one.
    assert asyncio.run(run()) == 50 + LIMIT


def test_when_the_database_does_not_answer_nobody_is_admitted_and_few_wait_for_it(ground: Ground) -> None:
    database = Counted(f"{ground.dsn} dbname=gone", connections=2)
    database._pool.timeout = 0.2  # noqa: SLF001 - nobody waits ten seconds for a test
    database.open()
    clock = Clock()

    async def run() -> list[object]:
        limits = _limits(database, clock=clock)
        asked = [limits.take(_user(f"10000000-0000-4000-8000-{number:012}"), ENDPOINT) for number in range(200)]
        found = await asyncio.gather(*asked, return_exceptions=True)
        clock.now += PAUSE
        return [*found, *await asyncio.gather(limits.take(_user(ADA), ENDPOINT), return_exceptions=True)]

    refused = asyncio.run(run())
    database.close()

    assert [getattr(refusal, "status", None) for refusal in refused] == [503] * 201
    # As many as there are threads were under way when the first failed; and one after the pause.
    assert database.transactions < 50
