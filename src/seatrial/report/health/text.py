"""The health of a database as text: a line for each check, then what there is to do, with SQL to paste."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from seatrial.model.health import Soundness
from seatrial.report.pieces import labelled

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from seatrial.model.health import Ailment, Examined
    from seatrial.model.outcome import HealthChecked

__all__ = ["lines", "sign"]

#: Findings of one check that are shown in full; JSON and the page have all of them.
MOST = 20
_SIGNS = {Soundness.SOUND: ("✓", "green"), Soundness.AILING: ("!", "yellow"), Soundness.NOT_RUN: ("·", "dim")}


def lines(body: HealthChecked) -> Iterator[Text]:
    """The column of sentences, and below it only what is not as it should be."""
    for one in body.examined:
        symbol, style = sign(one)
        because = f" ({one.remark})" if one.soundness is Soundness.NOT_RUN else ""
        yield Text.assemble((symbol, style), f" {one.sentence}{', urgent' if one.is_urgent else ''}", (because, "dim"))
    for one in body.examined:
        if one.ailments:
            yield from _ailing(one, {name for check, name in body.new if check == one.check})
    yield Text()
    for check, name in body.gone:
        yield Text(f"✓ gone since {body.before}: {name} ({check})", style="green")


def sign(one: Examined) -> tuple[str, str]:
    """Symbol and colour of a check; a word goes with them."""
    return ("✗", "red") if one.is_urgent else _SIGNS[one.soundness]


def _ailing(one: Examined, new: Collection[str]) -> Iterator[Text]:
    symbol, style = sign(one)
    yield Text()
    yield Text.assemble((f"{symbol} {one.sentence}", f"bold {style}"))
    yield from labelled((("why", one.why), ("note", one.remark)))
    for ailment in one.ailments[:MOST]:
        yield from _ailment(ailment, is_new=ailment.object in new)
    if len(one.ailments) > MOST:
        yield Text(f"    and: {len(one.ailments) - MOST:,} more (--html or --format json has all of them)", style="dim")


def _ailment(one: Ailment, *, is_new: bool) -> Iterator[Text]:
    words = "".join(word for word, said in ((", urgent", one.urgent), (", new", is_new)) if said)
    yield Text.assemble("  ", (one.object, "bold"), words)
    figures = ", ".join(f"{figure.name} {figure.value}" for figure in one.figures)
    reads = "" if one.remedy else "\n".join(one.statements)
    yield from labelled((("figures", figures), ("reads", reads), ("note", one.note), ("fix", one.remedy)))
