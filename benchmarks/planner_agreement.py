"""How often plans that are made from a target's statistics, without its rows, are those that it has."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from benchmarks.measured import Comparison, publish
from tests.postgres.performance.agreement import (
    PHASE,
    Agreement,
    fill,
    picture_of,
    plans_of,
    production,
    release,
    stand_in,
)

from seatrial.scratch.server import scratch

#: Rows in each of the larger tables.
ROWS = 300_000
#: Percent that must agree: of the schema as it is, and of one to which a release is applied here first.
SAME, RELEASED = 98.0, 95.0


def main() -> int:
    """Print how many agree and both plans of each that does not; 1 where there are too few."""
    figures: dict[str, object] = {"rows in each of the larger tables": ROWS}
    with scratch("supabase") as target, scratch("supabase") as stage:
        production(target, "production", ROWS)
        before = picture_of(target, "production")
        release(target, "production", before)
        stand_in(stage, "released", before, releases=PHASE)
        released = Agreement(real=plans_of(target, "production"), other=plans_of(stage, "released"))

        fill(target, "production", "skewed_release.sql", ROWS)
        real = plans_of(target, "production")
        begun = time.perf_counter()
        stand_in(stage, "sized", picture_of(target, "production"))
        seconds = time.perf_counter() - begun
        sized = Agreement(real=real, other=plans_of(stage, "sized"))
        stand_in(stage, "empty", picture_of(target, "production"), is_sized=False)
        empty = Agreement(real=real, other=plans_of(stage, "empty"))
        stand_in(stage, "without values", picture_of(target, "production", values=False))
        without = Agreement(real=real, other=plans_of(stage, "without values"))

    for name, one in (("the target's plans", sized), ("its plans after a release", released)):
        print(f"{name}: {one.said()}\n")
        figures[f"{name}, as a stand-in has them"] = one.said().partition("\n")[0]
    figures["the target's plans, without sample values"] = without.said().partition("\n")[0]
    figures["picture, stand-in and true sizes"] = f"{seconds:.1f} s"
    return publish(Path(__file__).stem, [
        _held("plans like the target's", sized, SAME),
        _held("plans like those after a release", released, RELEASED),
        Comparison(
            name="what true sizes are worth", ours="plans that agree with them", other="without them", unit="%",
            rounds=((100 * sized.share, 100 * empty.share),), limit=2.0, more_is_better=True,
        ),
    ], figures=figures)  # fmt: skip


def _held(name: str, agreement: Agreement, least: float) -> Comparison:
    return Comparison(
        name=name, ours="plans that agree", other="the share that must", unit="%",
        rounds=((100 * agreement.share, least),), limit=1.0, more_is_better=True,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
