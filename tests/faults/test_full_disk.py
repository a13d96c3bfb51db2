"""A disk without room for another page: what is kept is consistent, and with room again the release is completed.

The limit is that of the working session and of one table; a whole disk that is full is in tests/acceptance.
"""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

import pytest
from tests.faults.asking import somebody
from tests.faults.release import VERSIONS
from tests.faults.states import leftovers

if TYPE_CHECKING:
    from tests.faults.ground import Ground, Scene
    from tests.faults.proxy import Wire
    from tests.faults.wire import Message, Moment

#: More than a file of the write-ahead log, to which no limit may apply, and all of it is in use.
FILL = "UPDATE public.boats SET name = (SELECT string_agg(md5(id || '.' || i), '') FROM generate_series(1, 45) AS i)"
GROWING = {"a second transaction": "UPDATE public.boats SET captain", "a batch": "SET n = n + 1"}


@pytest.mark.parametrize("part", GROWING)
def test_a_part_that_has_no_room_is_taken_back_and_done_when_there_is(part: str, ground: Ground, target: str) -> None:
    with somebody(ground, target) as connection:
        connection.execute(FILL)
        connection.execute("VACUUM FULL public.boats")
        [(size,)] = connection.execute("SELECT pg_relation_size('public.boats')").fetchall()
    assert size > 1 << 20

    def narrow(_: Scene, wire: Wire, message: Message, __: Moment) -> None:
        if GROWING[part] in message.text and message.connection == "seatrial":
            resource.prlimit(wire.backend, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    with ground.watched(target, narrow) as scene:
        answer = scene.deployer.end()

    assert answer.code == 3, answer.said
    assert "File too large" in answer.said
    assert "consistent" in answer.last
    ground.settled(target)
    assert ground.deploy(target).end().code == 0
    assert leftovers(ground.server.dsn(target)) == []
    with somebody(ground, target) as connection:
        rows = connection.execute("SELECT count(*), min(n), max(n), count(captain) FROM public.boats").fetchall()
        versions = connection.execute("SELECT version FROM supabase_migrations.schema_migrations").fetchall()
        log = connection.execute("SELECT what, count(*) FROM public.log GROUP BY what").fetchall()
    assert rows == [(1000, 1, 1, 50)]
    assert {version for (version,) in versions} >= set(VERSIONS)
    assert {times for _, times in log} == {1}
