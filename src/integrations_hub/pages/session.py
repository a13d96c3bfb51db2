"""Who is signed in: a cookie that holds the verified token, and proofs that a form came from a page of ours."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from integrations_hub.domain.caller import Caller

__all__ = ["Cookies", "Said", "came_from_here", "proof", "proves", "way_back"]

#: Browsers keep no cookie above 4096 bytes with its name and attributes.
LONGEST_TOKEN = 3800
#: Seconds for which a visitor may look at the form before it is sent, and a sentence waits to be read.
VISIT, SENTENCE = 3600, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a button has done, told on the page after it."""

    kind: Literal["done", "failed"]
    text: str


@dataclass(frozen=True, slots=True)
class Cookies:
    """Names and attributes of the hub's cookies, by how it is reached."""

    address: str

    @property
    def is_secure(self) -> bool:
        """Whether they only travel encrypted."""
        return self.address.startswith("https://")

    def name(self, of: Literal["session", "visit", "said"]) -> str:
        """`__Host-`: a browser takes it from this host only, encrypted, and never from a subdomain."""
        return f"__Host-hub-{of}" if self.is_secure else f"hub-{of}"

    def token(self, request: Request) -> str:
        """Of the session, not verified."""
        return request.cookies.get(self.name("session"), "")

    def visit(self, request: Request) -> str:
        """What binds the sign-in form of a visitor without session; a new one where there is none."""
        return request.cookies.get(self.name("visit"), "") or secrets.token_urlsafe(24)

    def sign_in(self, answer: Response, token: str, caller: Caller) -> None:
        """A session that ends with its token."""
        self._set(answer, "session", token, int(caller.expires - time.time()))
        self._end(answer, "visit")

    def sign_out(self, answer: Response) -> None:
        """No session."""
        self._end(answer, "session")
        self._end(answer, "said")

    def begin_visit(self, answer: Response, visit: str) -> None:
        """Bind the form to this browser."""
        self._set(answer, "visit", visit, VISIT)

    def say(self, answer: Response, said: Said, binding: str) -> None:
        """Tell it on the next page of this session, and of no other."""
        text = base64.urlsafe_b64encode(json.dumps([said.kind, said.text[:1000]]).encode()).decode()
        self._set(answer, "said", f"{text}.{proof(binding, text)}", SENTENCE)

    def heard(self, request: Request, binding: str) -> Said | None:
        """What the page before had to tell."""
        text, _, signed = request.cookies.get(self.name("said"), "").partition(".")
        if not text or not proves(signed, binding, text):
            return None
        kind, words = json.loads(base64.urlsafe_b64decode(text))
        return Said(kind=kind, text=words)

    def told(self, answer: Response) -> None:
        """It was said, once."""
        self._end(answer, "said")

    def _set(self, answer: Response, of: Literal["session", "visit", "said"], value: str, seconds: int) -> None:
        answer.set_cookie(
            self.name(of), value, max_age=max(0, seconds), path="/", httponly=True, samesite="lax",
            secure=self.is_secure,
        )  # fmt: skip

    def _end(self, answer: Response, of: Literal["session", "visit", "said"]) -> None:
        self._set(answer, of, "", 0)


def proof(binding: str, purpose: str = "form") -> str:
    """What only whoever knows the binding, a token or a visit, can make; it does not tell the binding."""
    return hmac.new(binding.encode(), f"hub:{purpose}".encode(), hashlib.sha256).hexdigest()


def proves(shown: str, binding: str, purpose: str = "form") -> bool:
    """Whether it is that proof."""
    return bool(binding) and hmac.compare_digest(shown.encode(), proof(binding, purpose).encode())


def came_from_here(request: Request, address: str) -> bool:
    """Whether a browser says that a page of this very service sent the form."""
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return False
    origin = request.headers.get("origin", "")
    ours, theirs = urlsplit(address), urlsplit(origin)
    if (theirs.scheme, theirs.netloc) == (ours.scheme, ours.netloc):
        return True
    # Reached under another name, such as localhost: the browser names the same host twice.
    return theirs.scheme in {"http", "https"} and theirs.netloc == request.headers.get("host", "")


def way_back(path: str) -> str:
    """A path on this service, or the first page: nobody is sent elsewhere by a link."""
    parts = urlsplit(path)
    local = not parts.scheme and not parts.netloc and path.startswith("/") and path[1:2] not in {"/", "\\"}
    return path if local and path.isprintable() and not path.startswith("/sign-") else "/"
