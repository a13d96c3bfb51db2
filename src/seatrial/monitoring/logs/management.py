"""Asks the logs endpoints of Supabase's Management API: one question, one answer, never a word of the token."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from seatrial.monitoring.probe import Unreadable
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ADDRESS", "Management"]

ADDRESS = "https://api.supabase.com"
#: Seconds: for an answer, and at most before the one further try.
_LIMIT, _PAUSE = 10.0, 5.0
_MOST_BYTES = 32 * 2**20
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
#: The endpoint of one stream of all logs, in the SQL of ClickHouse, and the one before it, which is said to be on its
#: way out, in that of BigQuery. A project has either, or both.
_ENDPOINTS = (("logs", "hosted_logs"), ("logs.all", "hosted_logs_all"))
_GONE = frozenset({400, 404, 410})
_AGAIN = frozenset({429, 500, 502, 503, 504})
_WHY = {
    401: "the token is not accepted", 402: "the project's plan does not include it",
    403: "the token may not read logs (analytics_logs_read)", 404: "there is no such project",
    429: "too many questions were asked",
}  # fmt: skip


class _NoRedirect(HTTPRedirectHandler):
    """A token for one host is shown to no other."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """Never."""


class Management:
    """The logs of one project."""

    def __init__(self, address: str, project_ref: str, token: str) -> None:
        """With a token that may read them."""
        self._base = f"{address}/v1/projects/{quote(project_ref, safe='')}/analytics/endpoints/"
        self._token = token
        self._endpoints = list(_ENDPOINTS)
        # A proxy that the environment names cannot reach this machine.
        proxies = [ProxyHandler({})] if urlsplit(address).hostname in _LOOPBACK else []
        self._opener = build_opener(_NoRedirect, *proxies)

    def rows(self, since: str, until: str, offset: int) -> list[Mapping[str, Any]]:
        """Errors of a time of at most 24 hours, newest first.

        Raises:
            Unreadable: no usable answer; says why.
        """
        while True:
            endpoint, query = self._endpoints[0]
            question = f"{load(__package__, query).rstrip()} LIMIT 1000 OFFSET {offset}"
            answer = self._answer(
                endpoint + "?" + urlencode({"sql": question, "iso_timestamp_start": since, "iso_timestamp_end": until})
            )
            if answer is not None:
                return answer
            del self._endpoints[0]

    def _answer(self, path: str) -> list[Mapping[str, Any]] | None:
        """None where this endpoint is not to be had and there is another."""
        for tries in (1, 0):
            try:
                return _rows(self._get(path))
            except HTTPError as error:
                error.close()
                if error.code in _GONE and len(self._endpoints) > 1:
                    return None
                if error.code not in _AGAIN or not tries:
                    raise Unreadable(_refused(error.code)) from None
                time.sleep(_pause(error.headers.get("Retry-After")))
            except (URLError, TimeoutError, OSError, ValueError) as error:
                if not tries or isinstance(error, ValueError):
                    raise Unreadable(f"the platform's log: {_words(error)}") from None
        raise AssertionError  # pragma: no cover - the second try answers or raises

    def _get(self, path: str) -> object:
        request = Request(  # noqa: S310 - the address is ours
            self._base + path,
            headers={"Authorization": f"Bearer {self._token}", "Accept": "application/json", "User-Agent": "seatrial"},
        )
        with self._opener.open(request, timeout=_LIMIT) as answer:
            content = answer.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise ValueError("too long")
        return json.loads(content)


def _rows(document: object) -> list[Mapping[str, Any]]:
    if not isinstance(document, dict) or document.get("error"):
        raise ValueError("an error")
    return [row for row in document.get("result") or () if isinstance(row, dict)]


def _refused(code: int) -> str:
    return f"the platform's log: the answer was {code}" + (f", {_WHY[code]}" if code in _WHY else "")


def _pause(after: str | None) -> float:
    return min(_PAUSE, float(after)) if after and after.isdigit() else 1.0


def _words(error: Exception) -> str:
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, TimeoutError):
        return f"no answer in {_LIMIT:.0f} s"
    if isinstance(reason, OSError) and reason.strerror:
        return reason.strerror
    return f"no usable answer ({type(reason).__name__})"
