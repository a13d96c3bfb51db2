"""Requests to outside services: one connection each, an end to the waiting, a bound to the answer, nothing believed."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from integrations_hub.domain.outside import Trouble, TroubleKind
from integrations_hub.providers.deadline import Deadline
from integrations_hub.providers.document import parsed
from integrations_hub.providers.trust import context

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["NOT_AGAIN", "Answer", "Web", "retry_after", "unintelligible"]

#: Bytes; the answers that are documented have a few hundred.
LARGEST = 256 * 1024
#: Meta has called JSON the second one.
JSON_TYPES = ("application/json", "text/javascript")
NOT_AGAIN = "whether it took the message is not known, so the message is not sent again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A JSON object with its status."""

    status: int
    headers: Mapping[str, str]
    document: dict[str, Any]

    @property
    def is_good(self) -> bool:
        """Whether the status is one of success."""
        return httpx.codes.is_success(self.status)


@dataclass(slots=True)
class _Progress:
    #: From here on the service may act on the request.
    is_sending: bool = False


class Web:
    """One service that is spoken to in JSON over HTTP.

    Requests go through the transport and not through a client of httpx: a client logs each address, and Telegram's
    addresses hold the token; follows the environment to proxies; and keeps connections, of which nobody can say after
    a failure whether the request was taken on the dead one.
    """

    def __init__(self, service: str, address: str, timeout: float) -> None:
        """Nothing is connected yet.

        Args:
            service: how it is called in words.
            address: with scheme, without a slash at the end.
            timeout: seconds for a request from beginning to end.
        """
        self.service = service
        self.address = address.rstrip("/")
        self.timeout = timeout

    def ask(
        self, method: str, path: str, *,
        query: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None, sends: bool = False,
    ) -> Answer:  # fmt: skip
        """Ask once.

        Args:
            method: GET or POST.
            path: after the address.
            query: of the address.
            headers: beside those that every request has.
            body: sent as JSON.
            sends: whether the service sends a message when it takes the request.

        Raises:
            Trouble: there is no answer that is a JSON object; holds nothing of the request or the answer.
        """
        request = httpx.Request(
            method, self.address + path, params=query, json=body,
            headers={"Accept": "application/json", "Accept-Encoding": "identity", **(headers or {})},
        )  # fmt: skip
        # Raised here and not where it was caught: a failure of httpx in its context would hold the whole request.
        if isinstance(outcome := self._outcome(request, sends=sends), Trouble):
            raise outcome
        return outcome

    def _outcome(self, request: httpx.Request, *, sends: bool) -> Answer | Trouble:
        progress = _Progress()
        with Deadline(self.timeout) as deadline:
            try:
                status, headers, content = self._exchanged(request, deadline, progress)
            except (httpx.HTTPError, OSError) as error:
                return self._failure(error, deadline, unknown=sends and progress.is_sending)
        outcome = self._read(status, headers, content, sends=sends)
        if isinstance(outcome, Trouble) and deadline.is_over:
            # An answer that says nothing of its length seems to end where we have ended it.
            return self._failure(TimeoutError(), deadline, unknown=sends)
        return outcome

    def _exchanged(
        self, request: httpx.Request, deadline: Deadline, progress: _Progress
    ) -> tuple[int, httpx.Headers, bytes | None]:
        def trace(name: str, info: Mapping[str, Any]) -> None:
            if name == "connection.connect_tcp.complete":
                deadline.watch(info["return_value"].get_extra_info("socket"))
            elif name.endswith("send_request_headers.started"):
                progress.is_sending = True

        limits = httpx.Timeout(self.timeout).as_dict()
        request.extensions = {"timeout": limits, "trace": trace}
        with httpx.HTTPTransport(verify=context(), trust_env=False) as transport:
            response = transport.handle_request(request)
            try:
                return response.status_code, response.headers, _bounded(response)
            finally:
                response.close()

    def _failure(self, error: Exception, deadline: Deadline, *, unknown: bool) -> Trouble:
        if isinstance(error, httpx.TimeoutException) or deadline.is_over:
            reason = f"{self.service} did not answer within {self.timeout:g} seconds"
            kind = TroubleKind.TIMED_OUT
        elif _is_untrusted(error):
            reason = f"the certificate of {self.service} cannot be verified, so nothing was sent: tell the operator"
            kind = TroubleKind.UNREACHABLE
        elif isinstance(error, httpx.ConnectError | httpx.UnsupportedProtocol):
            reason = f"{self.service} cannot be reached: try again later, and tell the operator if it lasts"
            kind = TroubleKind.UNREACHABLE
        else:
            reason = f"{self.service} broke off the connection before it answered"
            kind = TroubleKind.UNREACHABLE
        return Trouble(kind, f"{reason}; {NOT_AGAIN}" if unknown else reason, may_have_arrived=unknown)

    def _read(self, status: int, headers: httpx.Headers, content: bytes | None, *, sends: bool) -> Answer | Trouble:
        media_type = headers.get("Content-Type", "").split(";")[0].strip().lower()
        document = parsed(content) if content is not None and media_type in JSON_TYPES else None
        if document is not None and not httpx.codes.is_redirect(status):
            return Answer(status=status, headers=headers, document=document)
        if status == httpx.codes.TOO_MANY_REQUESTS:
            reason = f"{self.service} takes no more for the moment: wait, and send less at once"
            return Trouble(TroubleKind.RATE_LIMITED, reason, retry_after=retry_after(headers))
        if httpx.codes.is_server_error(status):
            reason = f"{self.service} is out of order (status {status})"
            reason = f"{reason}; {NOT_AGAIN}" if sends else f"{reason}: try again later"
            return Trouble(TroubleKind.UNAVAILABLE, reason, may_have_arrived=sends)
        return unintelligible(self.service, status, sends=sends)


def unintelligible(service: str, status: int, *, sends: bool) -> Trouble:
    """An answer that is none of those that are documented."""
    reason = f"{service} gave an answer that is none of those it documents (status {status})"
    reason = f"{reason}; {NOT_AGAIN}" if sends else f"{reason}: try again later, and tell the operator if it lasts"
    return Trouble(TroubleKind.UNINTELLIGIBLE, reason, may_have_arrived=sends)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds in a header of that name; none where it holds a date or what nobody would wait for."""
    said = headers.get("Retry-After", "")
    return float(said) if re.fullmatch(r"[1-9][0-9]{0,5}", said) else None


def _bounded(response: httpx.Response) -> bytes | None:
    """The content as it came; none where it is larger than any answer should be."""
    content = bytearray()
    for chunk in response.iter_raw():
        content += chunk
        if len(content) > LARGEST:
            return None
    return bytes(content)


def _is_untrusted(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
