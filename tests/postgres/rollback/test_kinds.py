"""Every kind of change is taken back and made again, and nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.rollback.cases import Kind, kinds
from tests.postgres.rollback.content import apart
from tests.postgres.rollback.trip import Ground, Refused, round_trip

from seatrial.model.reversal import Reversibility

if TYPE_CHECKING:
    from tests.postgres.rollback.trip import Target

REVERSIBLE = [kind for kind in kinds() if kind.verdict is not Reversibility.NOT]
NOT_REVERSIBLE = [kind for kind in kinds() if kind.verdict is Reversibility.NOT]


def named(kind: Kind) -> str:
    """As pytest shows a case."""
    return f"{kind.family}: {kind.name}"


@pytest.mark.parametrize("kind", REVERSIBLE, ids=named)
def test_a_change_is_taken_back_and_made_again(kind: Kind, ground: Ground) -> None:
    with ground.target(kind) as target:
        assert not target.rehearsal.reasons
        assert target.rehearsal.archives == (kind.verdict is Reversibility.WITH_ARCHIVE)
        assert round_trip(kind, target) == []


@pytest.mark.parametrize("kind", NOT_REVERSIBLE, ids=named)
def test_what_cannot_be_taken_back_says_why(kind: Kind, ground: Ground) -> None:
    with ground.target(kind) as target:
        assert kind.reason in ("; ".join(target.rehearsal.reasons) or refused(kind, target))


def refused(kind: Kind, target: Target) -> str:
    """What the server says to the way back, once people have written what the schema before forbids."""
    target.deploy()
    written = target.write(kind.meanwhile)
    with pytest.raises(Refused) as refusal:
        target.roll_back()
    assert apart(written, target.rows()) == []
    return str(refusal.value)
