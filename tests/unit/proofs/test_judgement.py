"""How evidence becomes a verdict."""

from __future__ import annotations

import pytest

from seatrial.model.proof import Verdict
from seatrial.proofs.judgement import verdict


@pytest.mark.parametrize(
    ("against", "undecided", "support", "expected"),
    [
        ([], [], ["seen"], Verdict.PASSED),
        (["no"], [], ["seen"], Verdict.FAILED),
        (["no"], ["who knows"], ["seen"], Verdict.FAILED),
        ([], ["who knows"], ["seen"], Verdict.INCONCLUSIVE),
        ([], [], [], Verdict.INCONCLUSIVE),
    ],
)
def test_anything_against_fails_and_silence_is_not_success(
    against: list[str], undecided: list[str], support: list[str], expected: Verdict
) -> None:
    found = verdict("order", "claim", against=against, undecided=undecided, support=support)
    assert found.verdict is expected
    assert found.evidence == (*against, *undecided, *support)


def test_only_two_verdicts_let_a_release_through() -> None:
    assert {one for one in Verdict if one.lets_through} == {Verdict.PASSED, Verdict.NOT_APPLICABLE}
