"""What is true at the end, held against the books: database, services, queue and log."""

from __future__ import annotations

import base64
import json
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

from tests.hub.faults.house import KEY
from tests.hub.ground import SECRET
from tests.hub.load.crowd import organization
from tests.hub.providers.fakes import email, whatsapp

from integrations_hub.domain.caller import SERVICE
from integrations_hub.domain.outside import Trouble
from integrations_hub.domain.refusal import Refusal
from integrations_hub.providers.registry import Providers
from integrations_hub.services.accounts import Accounts
from integrations_hub.settings import read_settings
from integrations_hub.store import integrations
from integrations_hub.store.database import Database
from integrations_hub.store.transaction import transaction
from integrations_hub.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tests.hub.faults.books import Books, Connected, Message
    from tests.hub.faults.house import House

__all__ = ["QUEUE", "failures", "wrong_at_the_end"]

EVENTS = """
    select c.organization_id::text, u.organization_id::text, u.integration_id::text, c.event_type, u.event_type,
           c.payload ->> 'message_id'
      from public.crm_events c full join public.integration_usage_events u using (id)
     where c.id is not null or u.event_type <> 'message.sent'
"""
STATISTICS = """
    select count(*)
      from (select organization_id, integration_id, (occurred_at at time zone 'UTC')::date as usage_date,
                   count(*) as calls, count(*) filter (where not is_success) as failures, count(duration_ms) as timed
              from public.integration_usage_events group by 1, 2, 3) as e
      full join public.integration_usage_statistics s using (organization_id, integration_id, usage_date)
     where (e.calls, e.failures, e.timed) is distinct from (s.calls, s.failures, s.timed_calls)
"""
SENT = "select details ->> 'provider_id' from public.audit_logs where action = 'integration.test_message_sent'"
ROWS = """
    select i.id::text, i.organization_id::text, i.integration_type, i.is_active, i.status, i.last_error
      from public.integrations i
"""
WRITTEN = "select id::text, organization_id::text from public.contacts where full_name = 'Added'"
QUEUE = """
    select task_name, status::text, count(*) from procrastinate.procrastinate_jobs
     where queue_name = 'checks' and status in ('todo', 'doing') and coalesce(scheduled_at <= now(), true) group by 1, 2
"""
#: What failures in the log come from that are none of the hub's: the database was away, and a job or a worker says so.
EXPLAINED = (
    "psycopg.OperationalError", "psycopg_pool.PoolTimeout", "psycopg.errors.AdminShutdown",
    "psycopg.errors.CrashShutdown", "psycopg.errors.CannotConnectNow",
)  # fmt: skip


def wrong_at_the_end(house: House, books: Books) -> list[str]:
    """In words, all that is not as it must be; nothing when all is."""
    return [
        *books.wrong, *_events(house, books), *_messages(house, books), *_integrations(house, books),
        *_written(house, books), *_queue(house), *_log(house, books),
    ]  # fmt: skip


def failures(house: House) -> Counter[str]:
    """What the log calls failures, by the exceptions and where they were raised."""
    found: Counter[str] = Counter()
    for line in house.logs().splitlines():
        if line.startswith("{") and (told := json.loads(line))["event"] == "failure":
            found[" < ".join(f"{each['type']} at {(each['at'] or ['?'])[-1]}" for each in told["exceptions"])] += 1
    return found


def _events(house: House, books: Books) -> Iterator[str]:
    """Each event that a service was rid of is there once, where it belongs."""
    kept = Counter(house.rows(EVENTS))
    for each in books.events:
        at = organization(each.organization)
        row = (at, at, each.integration_id, each.event_type, each.event_type, each.message_id)
        if (number := kept.pop(row, 0)) != 1:
            yield f"an event is there {number} times: {each}"
    yield from (f"nobody told this event: {row}" for row in kept)
    if (differ := house.rows(STATISTICS)[0][0]) != 0:
        yield f"{differ} statistics are not what the events say"


def _messages(house: House, books: Books) -> Iterator[str]:
    """Each message was taken once at most: once where that was said, and never where the opposite was."""
    taken = _taken(house)
    for message in books.messages:
        number = taken.pop(message.key, 0)
        if number not in _allowed(message):
            yield f"a message was taken {number} times: {message}"
    yield from (f"nobody sent this message: {key}" for key in taken)
    yield from (f"no answer: {message}" for message in books.messages if message.end == "unanswered")
    said = {message.provider_id for message in books.messages if message.end == "sent"}
    yield from (f"not in the audit log: {each}" for each in said - {row[0] for row in house.rows(SENT)})


def _allowed(message: Message) -> set[int]:
    if message.end == "sent":
        return {1}
    if message.end == "failed":
        return {0}
    # Where every attempt had an answer nobody was killed, and what was sent is recorded however the database was; the
    # reservation alone may be there though its answer was that the connection was lost.
    if message.end in ("unresolved", "inactive", "limited") and not message.lost:
        return {0}
    return {0, 1}


def _taken(house: House) -> Counter[str]:
    texts = [each["text"]["body"] for each in house.whatsapp.sent] + [each["text"] for each in house.telegram.sent]
    found = Counter(text.removeprefix("text ") for text in texts)
    for letter in house.mail.sent:
        found[letter.content.split("text ")[-1].split()[0]] += 1
    return found


def _integrations(house: House, books: Books) -> Iterator[str]:
    """Each has credentials that open and are those in force, and a state that is true."""
    known = {each.id: each for each in books.connected.values()}
    opened = _opened(house, known)
    for identity, at, kind, is_active, status, error in house.rows(ROWS):
        if (connected := known.pop(identity, None)) is None:
            yield f"nobody knows of this integration: {identity}"
            continue
        if (at, kind) != (organization(connected.organization), connected.integration_type):
            yield f"{identity} is {kind} of {at}"
        yield from _secrets(connected, opened.get(identity, {}))
        if (is_active, status, error) != (True, "active", None) and connected.organization != 1:
            yield f"works and is said to be {status}, active {is_active}: {error}"
        if connected.organization == 1 and (status != "error" or not error) and kind != "email":
            yield f"{kind} whose token was revoked is said to be {status}: {error}"
    yield from (f"an integration is gone: {each}" for each in known.values())


def _secrets(connected: Connected, opened: Mapping[str, str]) -> Iterator[str]:
    wrong = [name for name, possible in connected.secrets.items() if opened.get(name) not in possible]
    if wrong:
        yield f"{connected.integration_type} of {connected.organization} has another {', '.join(wrong)}"


def _opened(house: House, identities: Iterable[str]) -> dict[str, dict[str, str]]:
    """The secrets of integrations, as the hub opens them; none where they do not open."""
    settings = read_settings(house.folder / "hub.toml")
    database = Database(house.dsn, connections=2)
    accounts = Accounts(
        database=database, vault=Vault(settings.keys), providers=Providers(settings), address=house.address
    )  # fmt: skip
    found = {}
    database.open()
    try:
        for identity in identities:
            with transaction(database, SERVICE) as connection:
                integration = integrations.find(connection, identity)
                held = accounts.held(connection, integration) if integration else None
            with suppress(Trouble, Refusal):
                found[identity] = accounts.secret(held).reveal_all() if held else {}
    finally:
        database.close()
    return found


def _written(house: House, books: Books) -> Iterator[str]:
    kept = dict(house.rows(WRITTEN))
    for identity, number in books.written.items():
        if kept.get(identity) != organization(number):
            yield f"a row that was answered is {'elsewhere' if identity in kept else 'gone'}: {identity}"


def _queue(house: House) -> Iterator[str]:
    yield from (f"the queue is not empty: {row}" for row in house.rows(QUEUE))


#: What a command says that was ended while it was still beginning.
ENDED = ("✗ interrupted", "    fix: run the command again")


def _log(house: House, books: Books) -> Iterator[str]:
    """One object in each line, no traceback, no unexpected failure, and nothing that nobody may log."""
    text = house.logs()
    lines = (line for line in text.splitlines() if line and not line.startswith(ENDED))
    odd = Counter(line[:120] for line in lines if not line.startswith("{"))
    yield from (f"{number} lines of the log are none: {line}" for line, number in odd.most_common(10))
    yield from (
        f"{number} failures: {what}"
        for what, number in failures(house).items()
        if not what.split(" < ")[-1].startswith(EXPLAINED)
    )
    hidden = {*whatsapp.SECRETS.values(), *email.SECRETS.values(), KEY, SECRET, base64.b64decode(KEY).decode()}
    for connected in books.connected.values():
        hidden |= {value for values in connected.secrets.values() for value in values}
    hidden |= {f"text {message.key}" for message in books.messages} | {message.key for message in books.messages}
    yield from (f"the log holds {each[:8]}…" for each in hidden if each in text)
