"""Tokens in, callers out: nothing is believed that is not signed with a key of ours."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any

from integrations_hub.identity.claims import caller_from, json_object
from integrations_hub.identity.keys import ALGORITHMS, algorithm
from integrations_hub.identity.keysets import KeySet
from integrations_hub.identity.refused import Reason, TokenRefused
from integrations_hub.identity.source import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future

    from integrations_hub.domain.caller import Caller
    from integrations_hub.settings import Tokens

__all__ = ["Verifier"]

LONGEST = 8192
#: Three parts of the alphabet of base64url and nothing else; Python's decoder would skip what does not belong there.
COMPACT = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)")
#: So many verified tokens are remembered.
REMEMBERED = 4096


class Verifier:
    """Verifies tokens; may be asked from any thread and from the event loop, and never waits unless told to."""

    def __init__(self, tokens: Tokens, *, clock: Callable[[], float] = time.time, keys: KeySet | None = None) -> None:
        """Nothing is fetched yet.

        Args:
            tokens: the settings.
            clock: in seconds since 1970.
            keys: in place of the set that the settings name.
        """
        self._tokens = tokens
        self._clock = clock
        self._secret = tokens.secret.get_secret_value().encode() if tokens.secret else None
        self._keys = keys or (KeySet(tokens.jwks) if tokens.jwks else None)
        self._lock = Lock()
        # Caller, the second from which it is refused, and the version of the key set, by the digest of the token.
        self._known: OrderedDict[bytes, tuple[Caller, float, int]] = OrderedDict()

    @property
    def trouble(self) -> str | None:
        """Why the newest public keys are not known; the ones before are used meanwhile."""
        return self._keys.trouble if self._keys else None

    @property
    def has_keys(self) -> bool:
        """Whether any token can be verified at all."""
        return self._secret is not None or self._version > 0

    def renewal(self) -> Future[None] | None:
        """The fetch of the key set after which an unknown key may be known; none when there is nothing to wait for."""
        return self._keys.renewal() if self._keys else None

    def verify(self, token: str) -> Caller:
        """The caller that a token names; with the keys that are there, without waiting for others.

        Raises:
            TokenRefused: it is not genuine, or does not hold.
        """
        if len(token) > LONGEST:
            raise TokenRefused(Reason.TOO_LONG)
        if self._keys:
            self._keys.freshen()
        # Others cannot be sent in a header; in place of them comes what base64url does not have.
        digest = hashlib.sha256(token.encode("ascii", "replace")).digest()
        # Before the keys are looked at: if they change meanwhile, what is remembered counts as old.
        version = self._version
        return self._remembered(digest, version) or self._remember(digest, version, self._verified(token))

    def verify_patiently(self, token: str) -> Caller:
        """Like `verify`, but waits for the key set to be fetched where the key is unknown; for threads.

        Raises:
            TokenRefused: it is not genuine, or does not hold.
        """
        try:
            return self.verify(token)
        except TokenRefused as refused:
            renewal = self.renewal() if refused.reason is Reason.UNKNOWN_KEY else None
            if renewal is None:
                raise
        renewal.result(timeout=2 * PATIENCE)
        return self.verify(token)

    def _remembered(self, digest: bytes, version: int) -> Caller | None:
        with self._lock:
            if (found := self._known.get(digest)) is None:
                return None
            caller, until, verified_with = found
            if self._clock() < until and verified_with == version:
                self._known.move_to_end(digest)
                return caller
            del self._known[digest]
            return None

    def _remember(self, digest: bytes, version: int, caller: Caller) -> Caller:
        with self._lock:
            self._known[digest] = (caller, caller.expires + self._tokens.leeway, version)
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return caller

    @property
    def _version(self) -> int:
        return self._keys.version if self._keys else 0

    def _verified(self, token: str) -> Caller:
        parts = COMPACT.fullmatch(token)
        if parts is None:
            raise TokenRefused(Reason.MALFORMED)
        header, payload, signature = (_decoded(part) for part in parts.groups())
        name, key = self._key(json_object(header))
        if not algorithm(name).verify(f"{parts[1]}.{parts[2]}".encode(), key, signature):
            raise TokenRefused(Reason.WRONG_SIGNATURE)
        return caller_from(json_object(payload), self._tokens, self._clock())

    def _key(self, header: Mapping[str, Any]) -> tuple[str, Any]:
        """The algorithm, and a key of the kind that it takes; where a header says that keys are, is not read."""
        name, kid = header.get("alg"), header.get("kid")
        if "crit" in header:
            raise TokenRefused(Reason.CRITICAL_HEADER)
        if "enc" in header or "zip" in header or str(header.get("cty", "")).upper() == "JWT":
            raise TokenRefused(Reason.MALFORMED)
        if name == "HS256" and self._secret is not None:
            return name, self._secret
        if not isinstance(name, str) or name not in ALGORITHMS or self._keys is None:
            raise TokenRefused(Reason.ALGORITHM)
        key = self._keys.find(kid, name) if kid is None or isinstance(kid, str) else None
        if key is None:
            raise TokenRefused(Reason.UNKNOWN_KEY)
        return name, key


def _decoded(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        raise TokenRefused(Reason.MALFORMED) from None
