"""A function that goes on after it was cancelled is named, and the proof ends."""

from __future__ import annotations

import tomllib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seatrial.errors import CannotRun
from seatrial.flows import isolation
from seatrial.flows.watchdog import watchdog
from seatrial.model.narrator import Silent
from seatrial.pg.statement import execute_script
from seatrial.project.tenancy import TenancySettings, tenancy_of

if TYPE_CHECKING:
    from seatrial.scratch.server import Server

HERE = Path(__file__).parent
SWALLOW = """
create function public.swallow() returns void language plpgsql as $$
begin
  loop
    begin perform pg_sleep(10); exception when query_canceled then null; end;
  end loop;
end $$;
grant execute on function public.swallow() to authenticated;
"""


def test_it_is_named_and_ended(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    declared = tomllib.loads((HERE / "base.toml").read_text(encoding="utf-8"))
    tenancy = tenancy_of(TenancySettings.model_validate(declared), "supabase", HERE)
    monkeypatch.setattr(isolation, "watchdog", partial(watchdog, seconds=4.0))
    server.clone("endless")
    try:
        with server.superuser("endless") as connection:
            base = (HERE / "base.sql").read_text(encoding="utf-8")
            execute_script(connection, f"SET ROLE postgres; {base} {SWALLOW} RESET ROLE;")
        with pytest.raises(CannotRun) as raised:
            isolation.isolate(server, "endless", tenancy, mutate=False, narrator=Silent())
    finally:
        server.drop("endless")
    assert raised.value.code == "prove.endless"
    assert "public.swallow()" in raised.value.where
