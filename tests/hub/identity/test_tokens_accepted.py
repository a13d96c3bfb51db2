"""Tokens that name a caller, and for how long."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from tests.hub.ground import ADA
from tests.hub.identity.project import KINDS, Project, claims, key_pair, signed

from integrations_hub.domain.caller import Caller
from integrations_hub.identity.refused import TokenRefused
from integrations_hub.identity.verifier import REMEMBERED, Verifier

if TYPE_CHECKING:
    from pathlib import Path

PROJECT = Project()
URL = "https://project.example/auth/v1"


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """The project's key set."""
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps(PROJECT.key_set()))
    return file


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        """The time."""
        return self.now


@pytest.mark.parametrize("algorithm", ["HS256", *KINDS])
def test_a_genuine_token_names_its_user(key_file: Path, algorithm: str) -> None:
    caller = Verifier(PROJECT.tokens(str(key_file))).verify_patiently(PROJECT.token(algorithm))

    assert isinstance(caller, Caller)
    assert (caller.role, caller.user_id) == ("authenticated", ADA)


def test_the_claims_are_kept_as_they_are() -> None:
    metadata = {"super_admin": True, "plan": "größer", "text": r"\u0000 in words", "depth": [[1.5, None]]}

    caller = Verifier(PROJECT.tokens()).verify(PROJECT.token(app_metadata=metadata))

    assert caller.claims["app_metadata"] == metadata
    assert caller.is_operator


@pytest.mark.parametrize(
    "changed",
    [
        {"role": "anon", "sub": ..., "aud": ...},
        {"role": "service_role", "sub": ..., "aud": ..., "iss": "supabase"},
        {"role": "service_role", "sub": ..., "aud": ..., "exp": ..., "iat": ...},
        {"role": "anon", "sub": ..., "aud": "authenticated", "exp": 4102444800},
        {"aud": ["another", "authenticated"]},
        {"sub": ADA.upper()},
        {"exp": 4102444800.5},
        {"nbf": 0},
    ],
    ids=str,
)
def test_a_token_that_holds_is_taken(changed: dict[str, Any]) -> None:
    caller = Verifier(PROJECT.tokens()).verify(PROJECT.token(**changed))

    assert caller.role == changed.get("role", "authenticated")


@pytest.mark.parametrize(
    ("changed", "is_taken"),
    [
        ({"iss": URL}, True),
        ({"iss": "https://another.example/auth/v1"}, False),
        ({"iss": ...}, False),
        ({"iss": [URL]}, False),
        ({"iss": "supabase"}, False),
        ({"role": "anon", "sub": ..., "iss": "supabase"}, True),
        ({"role": "anon", "sub": ..., "iss": ...}, True),
        ({"role": "service_role", "sub": ..., "iss": "https://another.example/auth/v1"}, False),
    ],
    ids=str,
)
def test_an_issuer_counts_where_one_is_expected(changed: dict[str, Any], is_taken: bool) -> None:  # noqa: FBT001
    verifier = Verifier(PROJECT.tokens(issuer=URL))

    if is_taken:
        verifier.verify(PROJECT.token(**changed))
    else:
        with pytest.raises(TokenRefused) as refused:
            verifier.verify(PROJECT.token(**changed))
        assert refused.value.reason == "wrong_issuer"


@pytest.mark.parametrize("seconds", [-29, 0, 29])
def test_clocks_may_differ_by_the_leeway(seconds: int) -> None:
    clock = Clock()
    now = int(clock.now)

    Verifier(PROJECT.tokens(leeway=30), clock=clock).verify(
        PROJECT.token(iat=now + max(seconds, 0), nbf=now + max(seconds, 0), exp=now + min(seconds, -1))
    )


@pytest.mark.parametrize(("claim", "seconds"), [("exp", -30), ("nbf", 31), ("iat", 31)])
def test_clocks_may_not_differ_by_more(claim: str, seconds: int) -> None:
    clock = Clock()
    changed: dict[str, Any] = {claim: int(clock.now) + seconds}

    with pytest.raises(TokenRefused):
        Verifier(PROJECT.tokens(leeway=30), clock=clock).verify(PROJECT.token(**changed))


def test_a_remembered_token_ends_like_any_other() -> None:
    clock = Clock()
    verifier = Verifier(PROJECT.tokens(leeway=0), clock=clock)
    token = PROJECT.token(exp=int(clock.now) + 10)
    assert verifier.verify(token) is verifier.verify(token)

    clock.now += 11

    with pytest.raises(TokenRefused) as refused:
        verifier.verify(token)
    assert refused.value.reason == "expired"


def test_only_so_many_tokens_are_remembered() -> None:
    verifier = Verifier(PROJECT.tokens())
    first = PROJECT.token()
    caller = verifier.verify(first)

    for number in range(REMEMBERED):
        verifier.verify(PROJECT.token(session_id=str(number)))

    assert verifier.verify(first) is not caller
    assert verifier.verify(first) == caller


def test_threads_may_ask_at_once() -> None:
    verifier = Verifier(PROJECT.tokens())
    tokens = [PROJECT.token(sub=f"10000000-0000-4000-8000-{number:012}") for number in range(50)] * 20

    with ThreadPoolExecutor(8) as pool:
        callers = list(pool.map(verifier.verify, tokens))

    assert [caller.user_id for caller in callers] == [
        f"10000000-0000-4000-8000-{number:012}" for number in range(50)
    ] * 20


def test_a_token_without_kid_is_verified_by_the_only_key_of_its_kind(tmp_path: Path, key_file: Path) -> None:
    token = signed("ES256", key_pair("ec"), claims())
    assert Verifier(PROJECT.tokens(str(key_file))).verify_patiently(token).user_id == ADA

    several = tmp_path / "several.json"
    several.write_text(json.dumps(Project(published=(1, 2)).key_set()))

    with pytest.raises(TokenRefused) as refused:
        Verifier(PROJECT.tokens(str(several))).verify_patiently(token)
    assert refused.value.reason == "unknown_key"
