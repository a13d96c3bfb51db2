"""The figures of all processes on one port: each writes its own into a folder, and whichever is asked adds them up."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from prometheus_client import Counter, Gauge, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prometheus_client import CollectorRegistry
    from prometheus_client.metrics_core import Metric

__all__ = ["FOLDER", "Siblings", "folder"]

#: Of the environment: where prometheus_client puts what is counted, if it is set before that is imported.
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
#: Seconds after which a process writes again what is only true for a moment.
EVERY = 2.0
#: What adding up makes no sense of.
MODES: dict[str, Literal["livemax", "livemin"]] = {
    "hub_key_set_failed": "livemax", "process_start_time_seconds": "livemin",
}  # fmt: skip


def folder() -> Path | None:
    """The folder, where this process has siblings."""
    return Path(named) if (named := os.environ.get(FOLDER)) else None


class Siblings(Collector):
    """Counters and histograms write themselves; what a process knows at the moment is written beside them."""

    def __init__(self, place: Path, moments: Iterable[Collector], registry: CollectorRegistry) -> None:
        """Nothing is written yet.

        Args:
            place: the folder.
            moments: collectors of what is only true for a moment, and of this process.
            registry: of all that this process knows; what is the same for all of them comes from there.
        """
        self._place = place
        self._moments = moments
        self._registry = registry
        self._gauges: dict[str, Gauge] = {}
        #: With what was counted when it was last written.
        self._counters: dict[str, tuple[Counter, float]] = {}
        self._stop = threading.Event()
        self._lock = threading.Lock()

    def open(self) -> None:
        """Begin to write."""
        self._stop.clear()
        threading.Thread(target=self._run, name="figures", daemon=True).start()

    def close(self) -> None:
        """Write no more; what was written stays until somebody sees that the process is gone."""
        self._stop.set()

    def exposition(self) -> bytes:
        """In the text format of Prometheus."""
        self.write()
        return generate_latest(self)

    def collect(self) -> Iterator[Metric]:
        """What all have written; and of the rest what this process knows."""
        self._forget_the_dead()
        added = {each.name: each for each in MultiProcessCollector(None, str(self._place)).collect()}  # type: ignore[no-untyped-call]
        yield from added.values()
        yield from (each for each in self._registry.collect() if each.name not in added)

    def write(self) -> None:
        """What is true at the moment."""
        with self._lock:
            for family in (family for each in self._moments for family in each.collect()):
                write = self._count if family.type == "counter" else self._set
                for sample in family.samples:
                    write(family, sample.value)

    def _set(self, family: Metric, value: float) -> None:
        if family.name not in self._gauges:
            self._gauges[family.name] = Gauge(
                family.name, family.documentation, registry=None, multiprocess_mode=MODES.get(family.name, "livesum")
            )  # fmt: skip
        self._gauges[family.name].set(value)

    def _count(self, family: Metric, value: float) -> None:
        if family.name not in self._counters:
            self._counters[family.name] = Counter(family.name, family.documentation, registry=None), 0.0
        counter, before = self._counters[family.name]
        counter.inc(value - before)
        self._counters[family.name] = counter, value

    def _run(self) -> None:
        while not self._stop.wait(EVERY):
            self.write()

    def _forget_the_dead(self) -> None:
        """What was true for a moment; what they counted stays counted."""
        for file in self._place.glob("gauge_live*.db"):
            if not _is_alive(int(file.stem.rpartition("_")[2])):
                file.unlink(missing_ok=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
