"""A client of the hub for one person, who asks again as whoever lost an answer does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
from tests.hub.ground import bearer
from tests.hub.load.crowd import user

if TYPE_CHECKING:
    from tests.hub.faults.books import Books

__all__ = ["Asking"]

#: Seconds; what is sent while the database is away may take its time to be recorded.
TIMEOUT = 30.0


class Asking:
    """Connections of its own; for one thread."""

    def __init__(self, address: str, number: int, books: Books) -> None:
        """As the administrator of the organization with this number."""
        self._client = httpx.Client(base_url=address, headers=bearer(user(number)), timeout=TIMEOUT, trust_env=False)
        self._books = books

    def ask(self, what: str, method: str, path: str, **more: Any) -> httpx.Response | None:  # noqa: ANN401 - httpx's own
        """The answer; none where it was lost.

        Args:
            what: is counted.
            method: of the request.
            path: with its query.
            more: as httpx has it.
        """
        try:
            answer = self._client.request(method, path, **more)
        except httpx.HTTPError as error:
            self._books.count(f"{what} lost")
            if isinstance(error, httpx.ReadTimeout):
                self._books.wrong.append(f"{what} had no answer in {TIMEOUT:g} s")
            return None
        return answer

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()
