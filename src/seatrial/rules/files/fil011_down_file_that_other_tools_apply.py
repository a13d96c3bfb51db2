"""A file that takes a migration back, in a folder that the Supabase CLI applies as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.directive import REVERT_FORM
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema

LEVEL = Level.WARNS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each `NAME.down.sql` of a project on Supabase."""
    if schema.platform != "supabase":
        return
    scripts = {occasion.script.source.path: occasion.script for occasion in schema.occasions}
    for script in scripts.values():
        revert = script.revert
        if revert and script.source.down and revert.path == script.source.down.path:
            yield Hit(
                script=revert.script,
                what=f'the Supabase CLI takes this file for a migration of the version "{script.source.version}"',
                effect='"supabase db push" applies it in front of the file that it takes back, which then fails with '
                "23505, as its version is there already, and counts as applied without having run",
                fix=f"Put its SQL into {script.source.path}, as comment lines under {REVERT_FORM}",
            )  # fmt: skip
