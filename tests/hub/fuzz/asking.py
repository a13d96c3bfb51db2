"""Asks a hub many questions at once, in this process, and counts how they were answered."""

from __future__ import annotations

import asyncio
import io
import random
from collections import Counter
from contextlib import redirect_stderr
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx
from tests.hub.fuzz.judgement import faults, truth_of
from tests.hub.fuzz.strings import asked
from tests.hub.ground import MAX, bearer, settings_for

from integrations_hub.app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from starlette.types import ASGIApp, Message, Scope
    from tests.hub.fuzz.judgement import Truth
    from tests.hub.fuzz.strings import Asked
    from tests.hub.ground import Ground

__all__ = ["Figures", "fuzz"]

AT_ONCE = 8
#: Values that many of the questions have.
TELLING = ("Dora Ebert", "anna@example.org", "drop table", "+4930000001", "4930000000")


@dataclass(slots=True)
class Figures:
    """How the questions were answered."""

    #: By status and code of the error.
    answers: Counter[tuple[int, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Figures) -> None:
        """Take in those of another."""
        self.answers.update(other.answers)
        self.wrong += other.wrong


def fuzz(
    ground: Ground, seeds: Iterable[int], tell: Callable[[int], None] = lambda _: None, *, who: str = MAX
) -> Figures:
    """Ask what each seed makes, and judge the answers as those to a member of Harbour.

    Args:
        ground: the database; the requests only read.
        seeds: one for each question.
        tell: called with the number of answers so far.
        who: asks; Max is such a member.
    """
    with redirect_stderr(io.StringIO()) as log:
        figures = asyncio.run(_fuzz(ground, iter(seeds), tell, bearer(who)))
    lines = log.getvalue().splitlines()
    figures.wrong += [f"the log has a failure: {line}" for line in lines if '"event":"failure"' in line]
    # The log has the hub's words and no others.
    figures.wrong += [f"the log shows a value: {line}" for line in lines if any(value in line for value in TELLING)]
    return figures


async def _fuzz(
    ground: Ground, seeds: Iterable[int], tell: Callable[[int], None], credentials: dict[str, str]
) -> Figures:
    app = create_app(settings_for(ground, service={"requests_per_minute": 100_000_000}))
    truth, figures = truth_of(ground), Figures()
    async with app.router.lifespan_context(app), asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(_ask(app, credentials, seeds, truth, figures, tell))
    return figures


async def _ask(
    app: ASGIApp, credentials: dict[str, str], seeds: Iterable[int], truth: Truth, figures: Figures,
    tell: Callable[[int], None],
) -> None:  # fmt: skip
    for seed in seeds:
        question = asked(random.Random(seed), seed)  # noqa: S311 - made again by its seed
        try:
            response = await _get(app, credentials, question)
        except Exception as error:  # noqa: BLE001 - whatever gets through is what is looked for
            figures.wrong.append(f"{question}\n    {error!r}")
            continue
        code = "" if response.is_success or not response.content else str(response.json().get("code"))
        figures.answers[response.status_code, code] += 1
        figures.wrong += [f"{question}\n    {fault}" for fault in faults(question, response, truth)]
        tell(figures.answers.total())


async def _get(app: ASGIApp, credentials: dict[str, str], question: Asked) -> httpx.Response:
    """By ASGI itself: no client comes between, which would set right what is wrong with the query."""
    path = f"/rest/v1/{question.table}"
    headers = {"host": "hub", **credentials, **question.headers}
    scope: Scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "root_path": "", "query_string": question.query, "state": {},
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1), "server": ("hub", 80),
    }  # fmt: skip
    start: Message = {}
    content = b""

    async def receive() -> Message:
        await asyncio.sleep(0)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal start, content
        if message["type"] == "http.response.start":
            start = message
        else:
            content += message.get("body", b"")
        await asyncio.sleep(0)

    await app(scope, receive, send)
    return httpx.Response(start["status"], headers=start["headers"], content=content)
