"""The signals that are watched: the one list from which limits, pages, metrics and their documentation come."""

from __future__ import annotations

from dataclasses import replace

from seatrial.model.signal import Above, Below, Effect, Family, Never, Often, Signal

__all__ = ["ASKED", "BY_NAME", "SIGNALS", "signal_named"]

#: How much was going on: errors are held against it, so that a peak is no fault.
ASKED = "database.transactions"


#: What errors have in common.
_ERROR = Signal(
    name="", title="", quantity="", family=Family.ERRORS, over=ASKED, whole=True, exposure=True,
    unit="in the interval", limit=Never(), required=True,
)  # fmt: skip


SIGNALS: tuple[Signal, ...] = (
    # Errors, from the server's log. ---------------------------------------------------------------------------
    replace(_ERROR, name="denials", title="writes that a policy denied (42501)", quantity="log.denials", per="table",
            limit=Often(floor=5), metric="policy_denials"),
    replace(_ERROR, name="refusals", title="privileges that were missing (42501)", quantity="log.refusals",
            per="object", limit=Often(floor=5), metric="privilege_refusals"),
    replace(_ERROR, name="recursion", title="policies that read their own table (42P17)", quantity="log.recursion",
            per="table", breaches=1, of=1, metric="policy_recursions"),
    replace(_ERROR, name="violations", title="violated constraints (23xxx)", quantity="log.violations",
            per="constraint", limit=Often(floor=10), metric="constraint_violations"),
    replace(_ERROR, name="undefined", title="objects that are not there (42P01, 42703, 42883)",
            quantity="log.undefined", per="object", limit=Often(floor=3), metric="undefined_objects"),
    replace(_ERROR, name="timeouts", title="statements that were cancelled or gave up waiting",
            quantity="log.timeouts", per="sqlstate", limit=Often(floor=5), metric="timeouts"),
    replace(_ERROR, name="errors", title="other errors", quantity="log.errors", per="sqlstate",
            limit=Often(floor=10), metric="other_errors"),
    # What the server counts without a log.
    replace(_ERROR, name="deadlocks", title="deadlocks", quantity="database.deadlocks", limit=Often(floor=2),
            metric="deadlocks"),
    replace(_ERROR, name="rollbacks", title="transactions that were rolled back", quantity="database.rollbacks",
            limit=Often(floor=20), effect=Effect.ASKS, metric="rollbacks"),
    # Latency, per statement and role. -------------------------------------------------------------------------
    Signal(name="slow", title="milliseconds a call", family=Family.LATENCY, quantity="statements.time",
           over="statements.calls", unit="ms", per="statement", limit=Above(factor=2, floor=1, least=5),
           required=True, metric="statement_seconds_per_call"),
    Signal(name="blocks", title="blocks a call", family=Family.LATENCY, quantity="statements.blocks",
           over="statements.calls", unit="blocks", per="statement", limit=Above(factor=4, floor=200, least=5),
           effect=Effect.NOTES, metric="statement_blocks_per_call"),
    Signal(name="rows", title="rows a call", family=Family.LATENCY, quantity="statements.rows",
           over="statements.calls", unit="rows", per="statement", limit=Above(factor=10, floor=1000, least=5),
           effect=Effect.NOTES, metric="statement_rows_per_call"),
    Signal(name="new", title="milliseconds a call of statements that were not there before", family=Family.LATENCY,
           quantity="statements.new_time", over="statements.new_calls", unit="ms", per="statement",
           limit=Above(factor=2, floor=1000, least=3, ceiling=1000), effect=Effect.ASKS,
           metric="new_statement_seconds_per_call"),
    Signal(name="silent", title="rows a call, where there were some", family=Family.SILENCE,
           quantity="statements.rows", over="statements.calls", unit="rows", per="statement",
           limit=Below(factor=0.05, floor=0.2, least=20), required=True, metric="statement_rows_found_per_call"),
    # Locks and waits. -----------------------------------------------------------------------------------------
    Signal(name="waiting", title="sessions that wait for a lock", family=Family.LOCKS, quantity="locks.waiting",
           unit="sessions", per="table", limit=Above(factor=3, floor=3), required=True, metric="waiting_sessions"),
    Signal(name="longest_wait", title="the longest of these waits", family=Family.LOCKS, quantity="locks.longest_wait",
           unit="s", per="table", limit=Above(factor=3, floor=10), required=True, metric="longest_lock_wait_seconds"),
    Signal(name="oldest", title="the oldest transaction", family=Family.LOCKS, quantity="activity.oldest", unit="s",
           limit=Above(factor=3, floor=900), effect=Effect.ASKS, required=True, metric="oldest_transaction_seconds"),
    Signal(name="idle", title="transactions that idle", family=Family.LOCKS, quantity="activity.idle",
           unit="sessions", limit=Above(factor=3, floor=10), effect=Effect.ASKS, metric="idle_transactions"),
    Signal(name="connections", title="connections, of those allowed", family=Family.SERVER,
           quantity="activity.connections", unit="share", limit=Above(factor=2, floor=0.3, ceiling=0.9),
           effect=Effect.ASKS, required=True, metric="connections_share"),
    Signal(name="lag", title="what a replica is behind", family=Family.SERVER, quantity="replication.lag", unit="s",
           per="replica", limit=Above(factor=3, floor=30), effect=Effect.ASKS, metric="replication_lag_seconds"),
    Signal(name="cache", title="pages found in memory", family=Family.SERVER, quantity="database.hits",
           over="database.pages", unit="share", limit=Below(factor=0.8, floor=0.5, least=10_000),
           effect=Effect.NOTES, metric="cache_hit_share"),
    # Security. ------------------------------------------------------------------------------------------------
    Signal(name="drift", title="objects of security that are not as they were proved", family=Family.SECURITY,
           quantity="security.drift", per="object", limit=Never(), breaches=1, of=1, required=True,
           metric="security_drift"),
    # Plans of the workload's queries. -------------------------------------------------------------------------
    Signal(name="plan", title="queries of the workload that do not use their index any more", family=Family.PLANS,
           quantity="plans.lost", per="query", limit=Never(), breaches=2, of=3, metric="workload_plan_lost"),
    # Indexes and tables. --------------------------------------------------------------------------------------
    Signal(name="invalid", title="INVALID indexes", family=Family.INDEXES, quantity="indexes.invalid", per="index",
           limit=Never(), breaches=2, of=3, effect=Effect.ASKS, metric="invalid_indexes"),
    Signal(name="unused", title="indexes of the release that nobody has used", family=Family.INDEXES,
           quantity="indexes.unused", per="index", limit=Never(), breaches=1, of=1, effect=Effect.NOTES, after=0.75,
           metric="unused_release_indexes"),
    Signal(name="duplicate", title="indexes that another one covers", family=Family.INDEXES,
           quantity="indexes.duplicate", per="index", limit=Never(), breaches=1, of=1, effect=Effect.NOTES,
           metric="duplicate_indexes"),
    Signal(name="bare_key", title="foreign keys without an index", family=Family.INDEXES, quantity="indexes.bare_key",
           per="constraint", limit=Never(), breaches=1, of=1, effect=Effect.NOTES, metric="foreign_keys_without_index"),
    Signal(name="bloat", title="part of an index that is empty", family=Family.INDEXES, quantity="indexes.bloat",
           unit="share", per="index", limit=Above(factor=1.5, floor=0.3), effect=Effect.NOTES,
           metric="index_bloat_share"),
    Signal(name="dead", title="dead rows, of what autovacuum waits for", family=Family.TABLES, quantity="tables.dead",
           unit="times", per="table", limit=Above(factor=3, floor=3), effect=Effect.ASKS,
           metric="dead_rows_of_threshold"),
    Signal(name="scanned", title="rows read from end to end, a transaction", family=Family.TABLES,
           quantity="tables.scanned", over=ASKED, whole=True, unit="rows", per="table",
           limit=Above(factor=5, floor=500, least=100), effect=Effect.NOTES, metric="sequential_rows_per_transaction"),
    Signal(name="growth", title="growth", family=Family.TABLES, quantity="tables.size", unit="bytes", per="table",
           limit=Above(factor=2, floor=1_000_000_000), effect=Effect.NOTES, metric="table_bytes"),
    # What the release says of itself. -------------------------------------------------------------------------
    Signal(name="failing", title="failures, of what was tried", family=Family.TENANTS, quantity="tenants.bad",
           over="tenants.of", unit="share", per="organization", limit=Above(factor=2, floor=0.2, least=3),
           metric="declared_failure_share"),
    Signal(name="count", title="counted by a declared query", family=Family.TENANTS, quantity="tenants.count",
           per="organization", limit=Above(factor=3, floor=3), metric="declared_number"),
)  # fmt: skip

BY_NAME = {one.name: one for one in SIGNALS}


def signal_named(name: str) -> Signal:
    """One of the list.

    Raises:
        KeyError: there is none of that name.
    """
    return BY_NAME[name]
