"""A hub of several processes, as in production, on a database with a thousand organizations."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.faults.ports import held_port
from tests.hub.ground import SECRET

from seatrial.pg.statement import execute_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.hub.ground import Ground

__all__ = ["LISTED", "METRICS", "serving", "with_thousand_organizations"]

#: What each client of a benchmark asks: the integrations of its organization that are in use.
LISTED = "integrations?select=*&is_active=is.true"
#: What Prometheus sends.
METRICS = "the token of Prometheus"
SETTINGS = """
[database]
dsn = "{dsn}"
connections = 10

[tokens]
secret = "{secret}"

[keys]
primary = "load"
known = {{ load = {{ command = ["printf", "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="] }} }}

[service]
requests_per_minute = 1000000
metrics_token = "{metrics}"
"""


def with_thousand_organizations(ground: Ground) -> None:
    """Add them."""
    with ground.superuser() as connection:
        execute_script(connection, Path(__file__).with_name("thousand_organizations.sql").read_text(encoding="utf-8"))


@contextmanager
def serving(ground: Ground, folder: Path, *, processes: int = 2) -> Iterator[str]:
    """A hub that was started by its command; yields its address.

    Args:
        ground: its database.
        folder: for its settings.
        processes: that take requests.
    """
    settings = folder / "hub.toml"
    settings.write_text(SETTINGS.format(dsn=ground.dsn, secret=SECRET, metrics=METRICS), encoding="utf-8")
    program = Path(sys.executable).with_name("seatrial")
    command = [str(program), "hub", "serve", "--settings", str(settings), "--no-jobs", "--processes", str(processes)]
    with (
        held_port() as port,
        (folder / "hub.log").open("w", encoding="utf-8") as log,
        subprocess.Popen([*command, "--port", str(port)], stderr=log) as hub,
    ):
        try:
            _wait(f"http://127.0.0.1:{port}/health/live", hub)
            yield f"http://127.0.0.1:{port}"
        finally:
            hub.terminate()


def _wait(address: str, hub: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own
                return
        except OSError:
            if hub.poll() is not None or time.monotonic() > end:
                raise AssertionError("the hub did not start") from None
            time.sleep(0.1)
