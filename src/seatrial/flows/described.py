"""The words of every rule and proof, for renderers that must not see the code of either."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from seatrial.model.described import RuleText
from seatrial.model.finding import Level
from seatrial.proofs.registry import proofs
from seatrial.rules.registry import rules

if TYPE_CHECKING:
    from seatrial.rules.registry import Rule

__all__ = ["described"]


@cache
def described() -> tuple[RuleText, ...]:
    """Rules by code, then the six proofs in their order."""
    of_rules = (_rule(rule, rule.page_text()) for rule in rules())
    of_proofs = (
        RuleText(
            code=f"proof/{proof.name}", name=proof.name, level=Level.BLOCKS, title=proof.claim, page=proof.page,
            rehearsed=True,
        )
        for proof in proofs()
    )  # fmt: skip
    return (*of_rules, *of_proofs)


def _rule(rule: Rule, page: str) -> RuleText:
    return RuleText(
        code=rule.code, name=rule.name, level=rule.level, title=page.partition("\n")[0].removeprefix("# ").strip(),
        page=page, rehearsed=not (rule.check or rule.read or rule.review), measured=rule.measure is not None,
    )  # fmt: skip
