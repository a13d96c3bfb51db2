"""Finds the proofs by their files; the six claims of a release are fixed, and each has its proof."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module, resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial.model.proof import Case, Proof

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
    """One claim, what judges it, and its page."""

    name: str
    claim: str
    prove: Callable[[Case], Proof]
    page: str


@cache
def proofs() -> tuple[ProofFile, ...]:
    """All six, in their order."""
    return tuple(map(_proof, CLAIMS))


def _proof(name: str) -> ProofFile:
    page = resources.files("seatrial.proofs").joinpath(f"{name}.md").read_text(encoding="utf-8")
    module = import_module(f"seatrial.proofs.{name}")
    return ProofFile(name=name, claim=module.CLAIM, prove=module.prove, page=page)
