"""Tokens that are refused, and how."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.hub.identity.attacks import ATTACKS
from tests.hub.identity.project import Project

from integrations_hub.domain.refusal import Refusal
from integrations_hub.identity.keysets import KeySet
from integrations_hub.identity.refused import MESSAGES, Reason, TokenRefused
from integrations_hub.identity.verifier import Verifier

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Verifier:
    """Takes everything that a project can sign with."""
    file: Path = tmp_path_factory.mktemp("keys") / "jwks.json"
    file.write_text(json.dumps(Project().key_set()))
    keys = KeySet(str(file))
    made = Verifier(Project().tokens(str(file)), keys=keys)
    renewal = keys.renewal()
    assert renewal
    renewal.result()
    assert keys.trouble is None
    return made


@pytest.mark.parametrize("what", ATTACKS)
def test_a_token_is_refused(verifier: Verifier, what: str) -> None:
    make, reason = ATTACKS[what]

    with pytest.raises(TokenRefused) as refused:
        verifier.verify(make())

    assert (refused.value.reason, refused.value.status) == (reason, 401)


def test_what_was_refused_is_refused_again(verifier: Verifier) -> None:
    make, reason = ATTACKS["of another project"]
    token = make()

    for _ in range(3):
        with pytest.raises(TokenRefused) as refused:
            verifier.verify(token)
        assert refused.value.reason == reason


def test_a_refusal_repeats_nothing_of_the_token(verifier: Verifier) -> None:
    token = ATTACKS["role 'postgres'"][0]()

    with pytest.raises(Refusal) as refused:
        verifier.verify(token)

    said = json.dumps([refused.value.body(), refused.value.headers, str(refused.value), repr(refused.value)])
    assert "postgres" not in said
    assert not any(part in said for part in token.split("."))


@pytest.mark.parametrize("reason", Reason)
def test_a_refusal_has_postgrests_code_and_a_challenge(reason: Reason) -> None:
    refused = TokenRefused(reason)

    assert refused.code in {"PGRST301", "PGRST303"}
    assert refused.details == reason
    assert refused.headers["WWW-Authenticate"] == (
        f'Bearer error="invalid_token", error_description="{MESSAGES[reason][1]}"'
    )


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA", "PS256"])
def test_without_a_key_set_only_the_secret_counts(algorithm: str) -> None:
    project = Project()

    with pytest.raises(TokenRefused) as refused:
        Verifier(project.tokens()).verify(project.token(algorithm))

    assert refused.value.reason == "algorithm"


def test_without_a_secret_nothing_is_taken_for_one(tmp_path: Path) -> None:
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps(Project().key_set()))
    verifier = Verifier(Project().tokens(str(file), secret=None))

    for attack in ("public key as HMAC secret", "no secret at all", "of another project"):
        with pytest.raises(TokenRefused) as refused:
            verifier.verify_patiently(ATTACKS[attack][0]())
        assert refused.value.reason == "algorithm"
