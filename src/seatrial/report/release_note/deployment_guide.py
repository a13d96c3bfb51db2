"""The deployment guide's schema list: what has to be there afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.words import count
from seatrial.report.release_note.phrases import UNKNOWN, by_kind, name
from seatrial.report.schema_page.cells import code, listed, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.release_note import ReleaseNote

__all__ = ["deployment_guide"]


def deployment_guide(found: ReleaseNote, _: str) -> Iterator[str]:
    """The lines of the document."""
    yield from (f"# Deployment guide: schema of {words(found.release)}", "")
    if not found.applies:
        yield f"What there will be after the deployment is {UNKNOWN}."
        return
    kinds = [(kind, ones) for kind, ones in by_kind(found.made) if kind != "column"]
    said = listed(count(len(ones), kind) for kind, ones in kinds) if kinds else "no object"
    yield f"After the deployment there are, made or changed by this release: {said}."
    yield "`seatrial verify` compares every one of them, with its columns, with what was rehearsed."
    yield ""
    for kind, ones in kinds:
        yield from (f"## {count(2, kind).removeprefix('2 ').capitalize()}", "")
        for one in ones:
            changed = " (changed)" if one.changed else ""
            on = f" on {code(one.parent)}" if kind == "index" and one.parent else ""
            comment = f": {words(one.comment)}" if one.comment else ""
            yield f"- {name(one)}{on}{changed}{comment}"
        yield ""
