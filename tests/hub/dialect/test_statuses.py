"""What the database refuses is answered with the status that PostgREST documents, in the database's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg_pool import ConnectionPool, PoolTimeout

from integrations_hub.store.refusals import refusal_of

if TYPE_CHECKING:
    from tests.hub.ground import Ground

    from integrations_hub.domain.refusal import Refusal

STATUSES = {
    "08006": 503, "09000": 500, "0L000": 403, "0P000": 403, "21000": 500, "22023": 400, "22P02": 400, "23502": 400,
    "23503": 409, "23505": 409, "23514": 400, "25006": 405, "25P02": 500, "28000": 403, "2D000": 500, "38000": 500,
    "39000": 500, "3B000": 500, "40001": 500, "42501": 403, "42601": 400, "42703": 400, "42883": 404, "42P01": 404,
    "42P17": 500, "53000": 503, "53400": 500, "54001": 500, "55000": 500, "57014": 500, "57P01": 503, "58000": 500,
    "F0000": 500, "HV000": 500, "P0001": 400, "P0002": 500, "XX000": 500, "PT402": 402, "PT418": 418, "PT999": 400,
    "PGRST": 501, "ABCDE": 400,
}  # fmt: skip


def _refused(dsn: str, sql: str, *, anonymous: bool = False) -> Refusal:
    with psycopg.connect(dsn) as connection, pytest.raises(psycopg.Error) as raised:
        connection.execute(sql.encode())
    return refusal_of(raised.value, anonymous=anonymous)


@pytest.mark.parametrize(("code", "status"), STATUSES.items())
def test_a_code_has_its_status(code: str, status: int, supabase_db: str) -> None:
    found = _refused(supabase_db, f"do $$ begin raise sqlstate '{code}'; end $$")

    assert found.status == status
    assert (found.headers.get("Retry-After") is not None) == (status == 503)


def test_the_words_are_the_databases(supabase_db: str) -> None:
    found = _refused(supabase_db, "do $$ begin raise exception 'no' using detail = 'why', hint = 'how'; end $$")

    assert found.body() == {"code": "P0001", "message": "no", "details": "why", "hint": "how"}


def test_a_visitor_may_sign_in_for_what_is_not_theirs(supabase_db: str) -> None:
    found = _refused(supabase_db, "do $$ begin raise sqlstate '42501'; end $$", anonymous=True)

    assert (found.status, found.headers) == (401, {"WWW-Authenticate": "Bearer"})


def test_a_database_that_is_not_there_may_be_back(ground: Ground) -> None:
    with pytest.raises(psycopg.OperationalError) as lost:
        psycopg.connect("host=127.0.0.1 port=1 dbname=x connect_timeout=2")
    pool = ConnectionPool(ground.dsn, min_size=1, max_size=1, open=True)
    with pool, pool.connection(), pytest.raises(PoolTimeout) as timeout:
        pool.getconn(timeout=0.01)

    assert [(each.status, each.code, each.headers) for each in map(refusal_of, (lost.value, timeout.value))] == [
        (503, "PGRST001", {"Retry-After": "1"}), (503, "PGRST003", {"Retry-After": "1"}),
    ]  # fmt: skip
