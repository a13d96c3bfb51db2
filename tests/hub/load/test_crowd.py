"""Many clients of many organizations through few connections: nobody sees another's rows, or is taken for another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hub.load.crowd import Crowd, organization
from tests.hub.load.ground import serving, with_thousand_organizations

from seatrial.pg.connection import rows

if TYPE_CHECKING:
    from pathlib import Path

    from tests.hub.ground import Ground

COUNTED = (
    "select organization_id::text as id, count(*) as number from public.contacts where full_name = 'Added 1' group by 1"
)


def test_nobody_sees_anothers_rows(ground: Ground, tmp_path: Path) -> None:
    with_thousand_organizations(ground)
    with serving(ground, tmp_path) as address:
        seen = Crowd(address).run(seconds=8)

    with ground.superuser() as connection:
        kept = {row["id"]: row["number"] for row in rows(connection, COUNTED)}
    assert seen.foreign == []
    assert (set(seen.statuses), seen.lost) <= ({200, 201}, 0)
    assert set(seen.kinds) == {"list", "filter", "who", "add", "change"}
    assert seen.rows > 1000
    assert kept == {organization(number): count for number, count in seen.added.items()}
