"""Finds the proofs by their files; the six claims of a release are fixed, and one without a proof is not proved."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module, resources
from typing import TYPE_CHECKING

from seatrial.model.proof import Proof, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial.model.proof import Case

__all__ = ["CLAIMS", "ProofFile", "proofs"]

#: What a release claims to be, in the words of those who release it.
CLAIMS = {
    "syntax": "syntactically correct",
    "order": "properly ordered",
    "documentation": "well documented",
    "safety": "safe to deploy",
    "performance": "performance optimized",
    "security": "security enforced",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofFile:
    """One claim; where it has no proof yet, its verdict is NOT_RUN."""

    name: str
    claim: str
    prove: Callable[[Case], Proof]
    page: str


@cache
def proofs() -> tuple[ProofFile, ...]:
    """All six, in their order."""
    return tuple(_proof(name, words) for name, words in CLAIMS.items())


def _proof(name: str, words: str) -> ProofFile:
    page = resources.files("seatrial.proofs").joinpath(f"{name}.md")
    if not page.is_file():
        claim = f"the release is {words}"
        missing = Proof(name=name, claim=claim, verdict=Verdict.NOT_RUN, evidence=("there is no proof of this yet",))
        return ProofFile(name=name, claim=claim, prove=lambda _: missing, page="")
    module = import_module(f"seatrial.proofs.{name}")
    return ProofFile(name=name, claim=module.CLAIM, prove=module.prove, page=page.read_text(encoding="utf-8"))
