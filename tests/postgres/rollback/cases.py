"""The kinds of change that are tried: what is there, what a migration does, what applications write then."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from seatrial.model.reversal import Reversibility
from seatrial.scratch.server import DEPLOYER

__all__ = ["BASE", "KINDS", "Kind", "kinds"]

KINDS = Path(__file__).parent / "kinds"
#: The schema and rows that every case begins with.
BASE = (KINDS / "base.sql").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of change, in one file of a release."""

    #: The name of the file that it stands in.
    family: str
    #: A sentence: `a column with a default is added`.
    name: str
    change: str
    verdict: Reversibility
    #: SQL that runs behind the schema of every case.
    given: str = ""
    #: What applications write between the deployment and the rollback.
    meanwhile: str = ""
    #: What of that must be there after the rollback, as SQL on the schema before.
    remains: str = ""
    #: Words of the reason that is given, or of the server's refusal, where it is not reversible.
    reason: str = ""
    #: Rows that cannot be given back, as applications have changed the same.
    conflicts: int = 0
    #: What is the same once it is deployed again: `rows`; `listed` where the migration itself writes other values, so
    #: that those of the archive stay there as conflicts; `schema` where it changes rows that have remained; `no` where
    #: it cannot be deployed beside them.
    again: str = "rows"
    #: Whether numbers of a sequence begin again when it is deployed again, as nothing keeps how far they had come.
    begins_again: bool = False
    #: What applications do after the rollback.
    works: str = ""
    #: Whoever deploys.
    role: str = DEPLOYER

    @property
    def start(self) -> str:
        """All SQL that runs before the change."""
        return BASE + self.given


def kinds() -> list[Kind]:
    """All of them, in the order of the files."""
    found = []
    for path in sorted(KINDS.glob("*.toml")):
        for facts in tomllib.loads(path.read_text(encoding="utf-8"))["kind"]:
            verdict = Reversibility(facts.pop("verdict"))
            found.append(Kind(family=path.stem.replace("_", " "), verdict=verdict, **facts))
    return found
