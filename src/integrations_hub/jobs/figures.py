"""What Prometheus reads of the jobs: how they end, how long they take, and how many wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import Counter, Histogram
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

    from prometheus_client import CollectorRegistry
    from prometheus_client.metrics_core import Metric

__all__ = ["JobFigures"]

#: Seconds: from a statement to a provider that is waited for to the end.
BUCKETS = (0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300)


class JobFigures:
    """Of one process; the queue's length is the same in all."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._ended = Counter("hub_jobs", "Jobs that this process ended.", ("task", "outcome"), registry=registry)
        self._duration = Histogram(
            "hub_job_duration_seconds", "From begin to end.", ("task",), buckets=BUCKETS, registry=registry
        )

    def ended(self, task: str, outcome: str, seconds: float) -> None:
        """Count one; the outcome is succeeded or failed."""
        self._ended.labels(task, outcome).inc()
        self._duration.labels(task).observe(seconds)

    def watch_queue(self, look: Callable[[], Iterable[Mapping[str, Any]]]) -> None:
        """Show how many jobs wait, as store.queue.figures finds them when somebody looks."""
        self._registry.register(_Queue(look))


class _Queue(Collector):
    def __init__(self, look: Callable[[], Iterable[Mapping[str, Any]]]) -> None:
        self._look = look

    def describe(self) -> Iterator[Metric]:
        yield self._family()

    def collect(self) -> Iterator[Metric]:
        waiting = self._family()
        try:
            for row in self._look():
                if row["status"] == "todo":
                    waiting.add_metric([row["task"]], row["waiting"])
        except Exception:  # noqa: BLE001 - the other figures are wanted above all when the database is not there
            return
        yield waiting

    def _family(self) -> GaugeMetricFamily:
        return GaugeMetricFamily("hub_jobs_waiting", "Jobs that could begin and wait.", labels=("task",))
