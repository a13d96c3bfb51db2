"""The Supabase CLI rebuilds a lost folder from the ledger that Seatrial wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.interop.release import SHIPPED, SMALL
from tests.interop.test_in_turn import statements_of

from seatrial.sql.parse import content_digest

if TYPE_CHECKING:
    from tests.interop.programs import SeatrialProgram, SupabaseProgram
    from tests.interop.release import Folder
    from tests.interop.target import Target


@pytest.mark.parametrize(
    "release",
    [pytest.param(SMALL, id="small"), pytest.param(SHIPPED, id="shipped")],
)
def test_the_files_come_back_with_the_same_meaning(
    release: dict[str, bytes], folder: Folder, target: Target, supabase: SupabaseProgram, seatrial: SeatrialProgram
) -> None:
    folder.add(release)
    seatrial.must_deploy(folder, target)
    lost = folder.texts()
    folder.empty()
    supabase.fetch(folder, target)

    found = folder.texts()
    assert {name: content_digest(text) for name, text in found.items()} == {
        name: content_digest(text) for name, text in lost.items()
    }
    assert {name: statements_of(text) for name, text in found.items()} == {
        name: statements_of(text) for name, text in lost.items()
    }
    assert seatrial.states(folder, target) == dict.fromkeys(folder.versions, "applied")
