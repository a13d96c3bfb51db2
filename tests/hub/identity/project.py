"""A project that issues tokens: its secret, its key pairs, its key set; and tokens made by hand, genuine or not."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import get_default_algorithms
from tests.hub.ground import ADA, SECRET

from integrations_hub.settings import Tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["KINDS", "Project", "assembled", "claims", "encoded", "key_pair", "signed"]

#: Which key pair an algorithm takes.
KINDS = {"RS256": "rsa", "PS256": "rsa", "ES256": "ec", "EdDSA": "ed25519"}


def key_pair(kind: str, number: int = 1) -> Any:  # noqa: ANN401 - cryptography has no common type of keys
    """A private key; the same for the same number."""
    return _made(kind, number)


@cache
def _made(kind: str, _: int) -> Any:  # noqa: ANN401 - cryptography has no common type of keys
    if kind == "rsa":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else ed25519.Ed25519PrivateKey.generate()


def encoded(part: bytes | Mapping[str, object]) -> str:
    """As base64url, without padding."""
    text = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def claims(**changed: object) -> dict[str, object]:
    """Those of a user's token of now; a claim that is ... is left out."""
    now = int(time.time())
    every = {"aud": "authenticated", "iat": now, "exp": now + 3600, "sub": ADA, "role": "authenticated", **changed}
    return {name: value for name, value in every.items() if value is not ...}


def assembled(header: Mapping[str, object] | bytes, payload: Mapping[str, object] | bytes, signature: bytes) -> str:
    """A token of any three parts."""
    return f"{encoded(header)}.{encoded(payload)}.{encoded(signature)}"


def signed(algorithm: str, key: object, payload: Mapping[str, object] | bytes, **header: object) -> str:
    """A token signed for what its header says, whatever that is."""
    head = encoded({"alg": algorithm, "typ": "JWT", **header})
    body = encoded(payload)
    signature = get_default_algorithms()[algorithm].sign(f"{head}.{body}".encode(), key)
    return f"{head}.{body}.{encoded(signature)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Who issues."""

    secret: str = SECRET
    #: Numbers of the key pairs that are published; the kid of one is its kind and number.
    published: tuple[int, ...] = (1,)
    kinds: tuple[str, ...] = field(default=("rsa", "ec", "ed25519"))

    def key_set(self) -> dict[str, Any]:
        """As it is published."""
        algorithms = get_default_algorithms()
        makers: dict[str, Any] = {"rsa": algorithms["RS256"], "ec": algorithms["ES256"], "ed25519": algorithms["EdDSA"]}
        return {
            "keys": [
                {**makers[kind].to_jwk(key_pair(kind, number).public_key(), as_dict=True), "kid": f"{kind}-{number}"}
                for kind in self.kinds
                for number in self.published
            ]
        }

    def token(self, algorithm: str = "HS256", number: int = 1, **changed: object) -> str:
        """A genuine token of a user, with claims changed."""
        if algorithm == "HS256":
            return signed("HS256", self.secret.encode(), claims(**changed))
        kind = KINDS[algorithm]
        return signed(algorithm, key_pair(kind, number), claims(**changed), kid=f"{kind}-{number}")

    def tokens(self, jwks: str = "", **settings: Any) -> Tokens:  # noqa: ANN401 - whatever Tokens takes
        """Settings that trust it."""
        return Tokens.model_validate({"secret": self.secret, "jwks": jwks, **settings})
