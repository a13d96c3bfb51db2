"""Tokens that must be refused, each with the reason: of other projects, expired, forged, twisted."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from functools import partial
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.hub.ground import HARBOUR, OLGA, SUPER
from tests.hub.identity.project import Project, assembled, claims, encoded, key_pair, signed

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ATTACKS"]

Attack = tuple["Callable[[], str]", str]

PROJECT = Project()
OTHER = Project(secret="the secret of another project, also long enough")
KEY = PROJECT.secret.encode()


def _now() -> int:
    return int(time.time())


def _hs256(**changed: object) -> str:
    return signed("HS256", KEY, claims(**changed))


def _with_header(**header: object) -> str:
    return signed("HS256", KEY, claims(), **header)


def _unsigned(algorithm: object) -> str:
    return assembled({"alg": algorithm, "typ": "JWT"}, claims(), b"")


def _hmac_with(secret: bytes, kid: str = "rsa-1") -> str:
    """Where a verifier takes whatever key has the id, and the algorithm that the token names."""
    start = f"{encoded({'alg': 'HS256', 'typ': 'JWT', 'kid': kid})}.{encoded(claims())}"
    return f"{start}.{encoded(hmac.new(secret, start.encode(), hashlib.sha256).digest())}"


def _public(encoding: Encoding) -> bytes:
    made: bytes = key_pair("rsa").public_key().public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)
    return made


def _changed(**changed: object) -> str:
    """The signature of a genuine token under other claims."""
    header, _, signature = _hs256().split(".")
    return f"{header}.{encoded(claims(**changed))}.{signature}"


def _cut(token: str, parts: int) -> str:
    return ".".join(token.split(".")[:parts])


def _twice(name: str, first: str, second: str) -> str:
    body = json.dumps(claims(**{name: first}))
    return signed("HS256", KEY, f'{body[:-1]}, "{name}": "{second}"}}'.encode())


def _expiring(when: str) -> str:
    return signed("HS256", KEY, json.dumps(claims(exp=0)).replace('"exp": 0', f'"exp": {when}').encode())


def _of_key(number: int, **header: object) -> str:
    return signed("RS256", key_pair("rsa", number), claims(), **header)


def _jwk_of_attacker() -> dict[str, object]:
    made: dict[str, object] = Project(published=(7,), kinds=("rsa",)).key_set()["keys"][0]
    return made


SIGNATURES: dict[str, Attack] = {
    "of another project": (OTHER.token, "wrong_signature"),
    "of another project with the id of our key": (lambda: _of_key(8, kid="rsa-1"), "wrong_signature"),
    "signature stripped": (lambda: _cut(_hs256(), 2) + ".", "wrong_signature"),
    "signature of another token": (lambda: _cut(_hs256(), 2) + "." + _hs256(sub=OLGA).split(".")[2], "wrong_signature"),
    "another user": (lambda: _changed(sub=OLGA), "wrong_signature"),
    "made an operator": (lambda: _changed(sub=SUPER, app_metadata={"super_admin": True}), "wrong_signature"),
    "claims of another organization": (
        lambda: _changed(sub=OLGA, app_metadata={"organization_id": HARBOUR}), "wrong_signature",
    ),
    "made the service": (lambda: _changed(role="service_role"), "wrong_signature"),
    "signature of zeros for ES256": (
        lambda: assembled({"alg": "ES256", "kid": "ec-1"}, claims(), bytes(64)), "wrong_signature",
    ),
    "signature of zeros for EdDSA": (
        lambda: assembled({"alg": "EdDSA", "kid": "ed25519-1"}, claims(), bytes(64)), "wrong_signature",
    ),
}  # fmt: skip

SPELLINGS: tuple[object, ...] = (
    "none", "None", "NONE", "nOnE", "", " none", "HS256 ", "hs256", "HS1", None, 0, ["HS256"], {},
)  # fmt: skip

CONFUSIONS: dict[str, Attack] = {
    **{f"alg {spelling!r}": (partial(_unsigned, spelling), "algorithm") for spelling in SPELLINGS},
    "no alg": (lambda: assembled({"typ": "JWT"}, claims(), b""), "algorithm"),
    "HS384": (lambda: signed("HS384", KEY, claims()), "algorithm"),
    "HS512": (lambda: signed("HS512", KEY, claims()), "algorithm"),
    "RS512": (lambda: signed("RS512", key_pair("rsa"), claims(), kid="rsa-1"), "algorithm"),
    "ES384": (lambda: assembled({"alg": "ES384", "kid": "ec-1"}, claims(), bytes(96)), "algorithm"),
    "public key as HMAC secret": (lambda: _hmac_with(_public(Encoding.PEM)), "wrong_signature"),
    "public key without its last newline": (lambda: _hmac_with(_public(Encoding.PEM).strip()), "wrong_signature"),
    "public key in DER": (lambda: _hmac_with(_public(Encoding.DER)), "wrong_signature"),
    "public key as JWK": (
        lambda: _hmac_with(json.dumps(PROJECT.key_set()["keys"][0]).encode()), "wrong_signature",
    ),
    "modulus as HMAC secret": (
        lambda: _hmac_with(base64.urlsafe_b64decode(PROJECT.key_set()["keys"][0]["n"] + "==")), "wrong_signature",
    ),
    "no secret at all": (lambda: _hmac_with(b""), "wrong_signature"),
    "RS256 with a key for ES256": (lambda: _of_key(1, kid="ec-1"), "unknown_key"),
    "ES256 with a key for RS256": (
        lambda: signed("ES256", key_pair("ec"), claims(), kid="rsa-1"), "unknown_key",
    ),
    "secret as RSA key": (
        lambda: assembled({"alg": "RS256", "kid": "rsa-1"}, claims(), hashlib.sha256(KEY).digest()), "wrong_signature",
    ),
}  # fmt: skip

HEADERS: dict[str, Attack] = {
    "unknown kid": (lambda: _of_key(7, kid="nobody"), "unknown_key"),
    "kid out of the folder": (lambda: _of_key(7, kid="../../../../dev/null"), "unknown_key"),
    "kid that is SQL": (lambda: _of_key(7, kid="x' union select 'secret'--"), "unknown_key"),
    "kid that is a list": (lambda: _of_key(7, kid=["rsa-1"]), "unknown_key"),
    "kid that is a number": (lambda: _of_key(7, kid=1), "unknown_key"),
    "empty kid": (lambda: _of_key(7, kid=""), "unknown_key"),
    "forged jku": (lambda: _of_key(7, kid="theirs", jku="http://127.0.0.1:9/keys.json"), "unknown_key"),
    "forged jku with the id of our key": (
        lambda: _of_key(7, kid="rsa-1", jku="http://127.0.0.1:9/keys.json"),
        "wrong_signature",
    ),
    "forged x5u": (lambda: _of_key(7, kid="theirs", x5u="http://127.0.0.1:9/cert.pem"), "unknown_key"),
    "own key in the header": (lambda: _of_key(7, kid="theirs", jwk=_jwk_of_attacker()), "unknown_key"),
    "own key in the header with the id of ours": (
        lambda: _of_key(7, kid="rsa-1", jwk=_jwk_of_attacker()),
        "wrong_signature",
    ),
    "critical header": (lambda: _with_header(crit=["exp"]), "critical_header"),
    "critical b64": (lambda: _with_header(crit=["b64"], b64=False), "critical_header"),
    "no critical header in the list": (lambda: _with_header(crit=[]), "critical_header"),
    "nested": (lambda: _with_header(cty="JWT"), "malformed"),
    "compressed": (lambda: _with_header(zip="DEF"), "malformed"),
    "encrypted": (lambda: "e30.e30.e30.e30.e30", "malformed"),
    "encryption named": (lambda: _with_header(enc="A256GCM"), "malformed"),
}

SHAPES: dict[str, Attack] = {
    "one word": (lambda: "token", "malformed"),
    "empty": (lambda: "", "malformed"),
    "two parts": (lambda: _cut(_hs256(), 2), "malformed"),
    "one part": (lambda: _cut(_hs256(), 1), "malformed"),
    "four parts": (lambda: _hs256() + ".x", "malformed"),
    "truncated": (lambda: _hs256()[:-5], "wrong_signature"),
    "truncated to no base64": (lambda: _cut(_hs256(), 2) + ".A", "malformed"),
    "padded": (lambda: _hs256() + "=", "malformed"),
    "characters that a decoder skips": (lambda: _hs256().replace(".", "!.", 1), "malformed"),
    "newline within": (lambda: _hs256()[:30] + "\n" + _hs256()[30:], "malformed"),
    "not ASCII": (lambda: _hs256()[:30] + "é" + _hs256()[31:], "malformed"),
    "huge": (lambda: _hs256(app_metadata={"fill": "x" * 9000}), "too_long"),
    "huge header": (lambda: _with_header(fill="x" * 9000), "too_long"),
    "header no JSON": (lambda: assembled(b"{", claims(), b"x"), "malformed"),
    "header a list": (lambda: assembled(b"[]", claims(), b"x"), "malformed"),
    "header deep": (lambda: assembled(b'{"a":' * 1000 + b"1" + b"}" * 1000, b"{}", b"x"), "malformed"),
    "claims no JSON": (lambda: signed("HS256", KEY, b"nothing"), "malformed"),
    "claims a list": (lambda: signed("HS256", KEY, b"[]"), "malformed"),
    "claims deep": (lambda: signed("HS256", KEY, b'{"a":' + b"[" * 2500 + b"]" * 2500 + b"}"), "malformed"),
    "claims no UTF-8": (lambda: signed("HS256", KEY, b'{"a": "\xff"}'), "malformed"),
    "half a character": (lambda: signed("HS256", KEY, json.dumps(claims(name="\ud800")).encode()), "malformed"),
    "a zero that the database cannot hold": (lambda: _hs256(name="a\x00b"), "malformed"),
    "role twice": (lambda: _twice("role", "anon", "service_role"), "malformed"),
    "algorithm twice": (lambda: assembled(b'{"alg":"HS256","alg":"none"}', claims(), b""), "malformed"),
}

ROLES: tuple[object, ...] = (
    "postgres", "supabase_admin", "authenticator", "none", "", " service_role", "Authenticated", "anon\x20",
    'anon"; set role postgres', ["service_role"], {"service_role": True}, 1, True, None, ...,
)  # fmt: skip

CLAIMS: dict[str, Attack] = {
    "expired": (lambda: _hs256(iat=_now() - 7200, exp=_now() - 3600), "expired"),
    "expires never": (lambda: _hs256(exp=...), "no_expiry"),
    "expiry null": (lambda: _hs256(exp=None), "no_expiry"),
    "expiry infinite": (lambda: _expiring("1e999"), "malformed"),
    "expiry not a number": (lambda: _expiring("NaN"), "malformed"),
    "expiry a text": (lambda: _hs256(exp=str(_now() + 3600)), "malformed"),
    "expiry true": (lambda: _hs256(exp=True), "malformed"),
    "expiry beyond time": (lambda: _hs256(exp=10**15), "malformed"),
    "expiry beyond numbers": (lambda: _hs256(exp=10**300), "malformed"),
    "expiry before time": (lambda: _hs256(exp=-1), "malformed"),
    "not yet valid": (lambda: _hs256(nbf=_now() + 3600), "not_yet_valid"),
    "issued in future": (lambda: _hs256(iat=_now() + 3600), "issued_in_future"),
    "wrong audience": (lambda: _hs256(aud="another"), "wrong_audience"),
    "wrong audiences": (lambda: _hs256(aud=["another", "third"]), "wrong_audience"),
    "no audience": (lambda: _hs256(aud=...), "wrong_audience"),
    "empty audience": (lambda: _hs256(aud=""), "wrong_audience"),
    "part of the audience": (lambda: _hs256(aud="authenticate"), "wrong_audience"),
    "audience an object": (lambda: _hs256(aud={"authenticated": True}), "wrong_audience"),
    "wrong audience of the service": (lambda: _hs256(role="service_role", sub=..., aud="another"), "wrong_audience"),
    **{f"role {role!r}": (partial(_hs256, role=role), "role") for role in ROLES},
    "no user": (lambda: _hs256(sub=...), "subject"),
    "empty user": (lambda: _hs256(sub=""), "subject"),
    "user no UUID": (lambda: _hs256(sub="ada"), "subject"),
    "user in braces": (lambda: _hs256(sub="{" + OLGA + "}"), "subject"),
    "users": (lambda: _hs256(sub=[OLGA]), "subject"),
}  # fmt: skip

#: By what they are; each makes a token and says why it is refused.
ATTACKS: dict[str, Attack] = {**SIGNATURES, **CONFUSIONS, **HEADERS, **SHAPES, **CLAIMS}
