"""What Prometheus reads: requests, refusals, connections; other parts add theirs to the same registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from integrations_hub.edge.siblings import Siblings, folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from prometheus_client.metrics_core import Metric

__all__ = ["Figures"]

METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
#: Seconds: a read of one row is below the second, and nobody waits for what is above the last.
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Figures:
    """The figures of one process, told with those of its siblings; no label has a value that a client can choose."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "hub_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self._duration = Histogram(
            "hub_request_duration_seconds", "Until the answer was sent.", ("route",),
            buckets=BUCKETS, registry=self.registry,
        )  # fmt: skip
        #: Of what is told in security_events: token.refused by reason, rate_limit.exceeded by endpoint …
        self.refused = Counter(
            "hub_refused", "Requests refused for who asked, or for how often.", ("event", "reason"),
            registry=self.registry,
        )  # fmt: skip
        self.untold = Counter(
            "hub_security_events_lost", "Refusals that could not be written to security_events.",
            registry=self.registry,
        )  # fmt: skip
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        #: What is only true for a moment, and of this process.
        self._moments: list[Collector] = []
        self._watch(ProcessCollector(registry=None))
        place = folder()
        self._siblings = Siblings(place, self._moments, self.registry) if place else None

    def open(self) -> None:
        """Let the siblings know, where there are any."""
        if self._siblings:
            self._siblings.open()

    def close(self) -> None:
        """Tell them nothing more."""
        if self._siblings:
            self._siblings.close()

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one.

        Args:
            method: as the client has it.
            route: its template, never its path.
            status: as answered.
            seconds: from the first byte of the request's head to the last of the answer.
        """
        key = (method if method in METHODS else "OTHER", route, status)
        if (found := self._known.get(key)) is None:
            found = self._known[key] = self._requests.labels(*key), self._duration.labels(route)
        found[0].inc()
        found[1].observe(seconds)

    def watch_pool(self, name: str, stats: Callable[[], Mapping[str, int]]) -> None:
        """Show the use of a pool of connections.

        Args:
            name: of the pool.
            stats: as psycopg_pool counts.
        """
        self._watch(_Pool(name, stats))

    def watch(self, name: str, documentation: str, value: Callable[[], float]) -> None:
        """Show a value as it is when somebody looks."""
        self._watch(_Value(name, documentation, value))

    def exposition(self) -> bytes:
        """In the text format of Prometheus."""
        return self._siblings.exposition() if self._siblings else generate_latest(self.registry)

    def _watch(self, collector: Collector) -> None:
        self.registry.register(collector)
        self._moments.append(collector)


class _Value(Collector):
    def __init__(self, name: str, documentation: str, value: Callable[[], float]) -> None:
        self._name = name
        self._documentation = documentation
        self._value = value

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily(self._name, self._documentation, value=self._value())


class _Pool(Collector):
    def __init__(self, name: str, stats: Callable[[], Mapping[str, int]]) -> None:
        self._name = name
        self._stats = stats

    def collect(self) -> Iterator[Metric]:
        stats = self._stats()
        idle = stats.get("pool_available", 0)
        for state, value in (
            ("idle", idle), ("used", stats.get("pool_size", 0) - idle), ("most", stats.get("pool_max", 0)),
            ("awaited", stats.get("requests_waiting", 0)),
        ):  # fmt: skip
            yield GaugeMetricFamily(
                f"hub_{self._name}_connections_{state}", "Connections to the database.", value=value
            )
