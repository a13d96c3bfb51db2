"""Several processes on one port: whichever is asked for the figures, they are those of all."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from tests.hub.edge.door import metric
from tests.hub.ground import ADA, Ground, bearer
from tests.hub.load.ground import LISTED, METRICS, serving

if TYPE_CHECKING:
    from collections.abc import Callable

NUMBER = 600
ROUTE = "/rest/v1/{relation}"


class Scraper:
    """Asks on a connection of its own each time, so that any of the processes may answer."""

    def __init__(self, address: str) -> None:
        self._address = address

    def figures(self) -> str:
        """As Prometheus reads them."""
        headers = {"Authorization": f"Bearer {METRICS}"}
        answer = httpx.get(f"{self._address}/metrics", headers=headers, trust_env=False, timeout=30)
        assert answer.status_code == 200
        return answer.text

    def ask(self, times: int) -> None:
        """Requests, each on its own connection."""
        for _ in range(times):
            answer = httpx.get(f"{self._address}/rest/v1/{LISTED}", headers=bearer(ADA), trust_env=False, timeout=30)
            assert answer.status_code == 200

    def until(self, holds: Callable[[str], bool]) -> str:
        """The first figures of which it holds: what is answered is counted a moment later."""
        end = time.monotonic() + 60
        while not holds(figures := self.figures()):
            assert time.monotonic() < end, figures
            time.sleep(0.1)
        return figures


def _requests(figures: str) -> float:
    return metric(figures, "hub_requests_total", route=ROUTE, status="200")


def _children() -> list[int]:
    """Processes that take requests: those below the hub that was started."""
    [hub] = [one for one in _below(os.getpid()) if b"\0hub\0serve\0" in _words(one)]
    return [one for one in _below(hub) if b"spawn_main" in _words(one)]


def _below(process: int) -> list[int]:
    tasks = Path(f"/proc/{process}/task").iterdir()
    return [int(one) for task in tasks for one in _read(task / "children").split()]


def _words(process: int) -> bytes:
    return _read(Path(f"/proc/{process}/cmdline"))


def _read(path: Path) -> bytes:
    """Of a process or a thread that has ended by now: nothing."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def test_every_scrape_has_the_sum_of_all_processes(ground: Ground, tmp_path: Path) -> None:
    with serving(ground, tmp_path, processes=2) as address:
        scraper = Scraper(address)
        scraper.ask(NUMBER)
        scraper.until(lambda figures: _requests(figures) == NUMBER)
        scrapes = [scraper.figures() for _ in range(20)]
        served = len(_children())

    assert served == 2
    assert [_requests(each) for each in scrapes] == [NUMBER] * 20
    assert {metric(each, "hub_request_duration_seconds_count", route=ROUTE) for each in scrapes} == {NUMBER}
    buckets = {metric(each, "hub_request_duration_seconds_bucket", route=ROUTE, le="+Inf") for each in scrapes}
    assert buckets == {NUMBER}
    for name in ("hub_database_connections_most", "hub_dialect_connections_most"):
        assert {metric(each, name) for each in scrapes} == {2 * 10}, "each process has its own pool"
    cpu = [metric(each, "process_cpu_seconds_total") for each in scrapes]
    assert cpu == sorted(cpu), "a counter"
    for line in (line for line in scrapes[0].splitlines() if line.startswith("# TYPE ")):
        assert scrapes[0].count(f"{line}\n") == 1, "each once"


def test_a_process_that_died_is_counted_on_and_its_connections_are_not(ground: Ground, tmp_path: Path) -> None:
    with serving(ground, tmp_path, processes=2) as address:
        scraper = Scraper(address)
        scraper.ask(40)
        scraper.until(lambda figures: _requests(figures) == 40)
        first, second = _children()
        os.kill(first, signal.SIGKILL)
        scraper.until(lambda _: len(now := _children()) == 2 and first not in now)
        figures = scraper.until(lambda figures: metric(figures, "hub_database_connections_most") == 2 * 10)
        assert second in _children()
        folder = _figures_of(second)
        assert folder.stat().st_mode & 0o077 == 0, "nobody else reads it"

    assert _requests(figures) == 40
    end = time.monotonic() + 60
    while folder.exists():
        assert time.monotonic() < end, "it is left behind"
        time.sleep(0.1)


def _figures_of(process: int) -> Path:
    every = Path(f"/proc/{process}/environ").read_bytes().split(b"\0")
    [named] = [each for each in every if each.startswith(b"PROMETHEUS_MULTIPROC_DIR=")]
    return Path(named.partition(b"=")[2].decode())
