"""Whatever stands where a name or a value stands is a name or a value, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from tests.hub.dialect.asking import somebody
from tests.hub.ground import ADA, HARBOUR

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx
    from tests.hub.dialect.asking import Asker
    from tests.hub.ground import Ground

EVIL = (
    "'; drop table contacts; --", '"; drop table contacts; --', "x' or '1'='1", 'x" or "1"="1', "1) or (1=1", "$1",
    "%s", "%(a)s", "{}", "{0}", "\\'", "\\", "/* */", "--", "a%00b", "pg_sleep(10)", "${7*7}", '"', "'", "\u202e",
    "id) as x, (select 1", "current_user", "contacts.*", "*", "answer", "_", "a" * 200, "null", "é€😀",
    "(select secret from private.integration_credentials)", "E'\\x27'", "$$ select 1 $$", "%", "%%", "%1$s",
)  # fmt: skip
POSITIONS = (
    "/{}", "/rpc/{}", "/contacts?{}=eq.1", "/contacts?full_name=eq.{}", "/contacts?full_name={}",
    "/contacts?full_name=in.({})", "/contacts?full_name=like.{}", "/contacts?full_name=match.{}",
    "/contacts?id=eq.{}", "/contacts?or=({}.eq.1)", "/contacts?or=(full_name.eq.{})", "/contacts?select={}",
    "/contacts?select=id,{}", "/contacts?select={}:id", "/contacts?order={}", "/contacts?limit={}",
    "/contacts?offset={}", "/contacts?full_name=fts({}).x", "/contacts?full_name=fts.{}", "/contacts?tags=cs.{}",
    '/contacts?"{}"=eq.1', '/contacts?select="{}"', '/contacts?select="{}":id', '/contacts?order="{}".desc',
    '/contacts?full_name=in.("{}")', '/contacts?or=("{}".eq."{}")', "/rpc/integration_health?p_organization_id={}",
    "/rpc/integration_health?{}=1", "/rpc/integration_health?p_organization_id=" + HARBOUR + '&"{}"=eq.1',
)  # fmt: skip
WORDS = ("syntax error", "unterminated", "LINE ", "answer", "json_agg", "set_config", "recordset", "private.")


@pytest.fixture
def ada(hub: str, ground: Ground) -> Iterator[Asker]:
    """Who tries; afterwards everything is as it was."""
    before = _fingerprint(ground)
    yield somebody(hub, ADA)
    assert _fingerprint(ground) == before


def _fingerprint(ground: Ground) -> object:
    with ground.superuser() as connection:
        found = connection.execute(
            "select (select md5(string_agg(c::text, ',' order by id)) from public.contacts c),"
            " (select count(*) from pg_class), (select count(*) from pg_proc), (select count(*) from pg_roles)"
        )
        return found.fetchone()


def _harmless(answer: httpx.Response, said: object) -> None:
    assert answer.status_code in {200, 206, 400, 404, 406, 416, 501}, (said, answer.text)
    if answer.is_success:
        assert all(row.get("organization_id", HARBOUR) == HARBOUR for row in answer.json()), said
        return
    message = answer.json()["message"].replace(str(said), "")
    # The reader of text searches speaks of its own syntax.
    assert not any(word in message for word in WORDS if "tsquery" not in message), (said, message)


@pytest.mark.parametrize("position", POSITIONS)
def test_an_address_is_no_sql(ada: Asker, position: str) -> None:
    for evil in EVIL:
        _harmless(ada.ask("GET", position.replace("{}", quote(evil, safe="%" if "%00" in evil else ""))), evil)


def test_a_header_is_no_sql(ada: Asker) -> None:
    for evil in (each for each in EVIL if each.isascii()):
        for name in ("prefer", "range", "accept", "accept-profile", "x-anything"):
            _harmless(ada.ask("GET", "/contacts", **{name: evil}), evil)
        _harmless(ada.ask("GET", "/contacts", prefer=f"count={evil}"), evil)


def test_a_key_is_no_sql(ada: Asker) -> None:
    for evil in EVIL:
        for method, path in (("POST", "/contacts"), ("PATCH", "/contacts"), ("POST", "/rpc/integration_health")):
            answer = ada.ask(method, path, {evil: 1})
            assert (answer.status_code, answer.json()["code"][:6]) in {(400, "PGRST2"), (404, "PGRST2")}, answer.text
        for name in ("columns", "on_conflict"):
            answer = ada.ask("POST", f"/contacts?{name}={quote(evil, safe='')}", {"full_name": "x"})
            assert answer.status_code == 400, answer.text


def test_a_value_of_a_body_is_a_value(hub: str) -> None:
    ada = somebody(hub, ADA)
    rows = [{"organization_id": HARBOUR, "full_name": evil, "notes": evil} for evil in EVIL]

    found = ada.ask("POST", "/contacts?select=full_name,notes", rows, prefer="return=representation").json()

    assert [row["full_name"] for row in found] == list(EVIL)
    for evil in EVIL:
        if "\0" not in evil:
            [row] = ada.get(f"/contacts?select=notes&full_name=eq.{quote(evil, safe='')}")
            assert row == {"notes": evil}


def test_an_alias_is_only_a_name(hub: str) -> None:
    for evil in EVIL:
        if "\0" not in evil and len(evil.encode()) < 64:
            named = '"' + evil.replace("\\", "\\\\").replace('"', '\\"') + '":id'
            [row] = somebody(hub, ADA).get(f"/contacts?limit=1&select={quote(named, safe='')}")
            assert list(row) == [evil]
