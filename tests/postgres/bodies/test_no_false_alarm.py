"""A false alarm is worse than a miss: many right functions, and not one fault."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from seatrial.pg.statement import execute_script
from seatrial.rehearsal.bodies.check import check_bodies

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

GOOD = Path(__file__).with_name("good.sql")

#: Text that is built at run time; types that a call settles; records whose shape depends on the way, or whose columns
#: have one name twice.
UNREAD = {"anonrec", "createpart", "dynin", "ifrec", "looprec", "ltree", "polyres", "rowsexec", "selectstarjoin"}


def test_no_right_function_has_a_fault(either: Connection) -> None:
    execute_script(either, f"SET check_function_bodies = off; {GOOD.read_text(encoding='utf-8')}")

    faults, unread = check_bodies(either)

    assert faults == ()
    names = {one.function.removeprefix("public.").partition("(")[0] for one in unread if "public." in one.function}
    assert names == UNREAD
