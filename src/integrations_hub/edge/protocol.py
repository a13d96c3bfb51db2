"""HTTP as the server reads it; what it cannot read is answered in the one shape of errors as well."""

from __future__ import annotations

import sys

from httptools import HttpParserInvalidMethodError
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from integrations_hub.domain.refusal import Refusal
from integrations_hub.edge.answers import as_messages
from integrations_hub.edge.browsers import safe
from integrations_hub.edge.passage import new_request_id

__all__ = ["LONGEST", "Protocol"]

#: Bytes of a path with its query; the parser counts them in two bytes.
LONGEST = 65_535
#: Bytes that are read of one that is longer, so that whoever sends it hears why it is refused.
READ = 1_000_000


class Protocol(HttpToolsProtocol):
    """One connection."""

    def on_url(self, url: bytes) -> None:
        """A piece of it; nobody can fill the memory with one that does not end."""
        super().on_url(url)
        if len(self.url) > READ:
            raise ValueError

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - as the server calls it
        """Answer what is no request, and close the connection; the answer's id is in the log."""
        refusal, request_id = self._refusal(), new_request_id()
        self.logger.warning("It is answered %d, as request %s.", refusal.status, request_id)
        head, body = as_messages(refusal, request_id)
        fields = [*head["headers"], *safe(head["headers"], is_https=False), (b"x-request-id", request_id.encode())]
        lines = [name + b": " + value + b"\r\n" for name, value in (*fields, (b"connection", b"close"))]
        self.transport.write(b"".join((STATUS_LINE[refusal.status], *lines, b"\r\n", body["body"])))
        self.transport.close()

    def _refusal(self) -> Refusal:
        if isinstance(sys.exception(), HttpParserInvalidMethodError):
            return Refusal(501, "method_unknown", "no method of HTTP begins the request")
        if len(getattr(self, "url", b"")) > LONGEST:
            return Refusal(414, "uri_too_long", f"a path with its query has at most {LONGEST:,} bytes")
        return Refusal(400, "no_http", "this is no request of HTTP")
