"""The release of the replays, and the statements that its database is asked."""

from __future__ import annotations

from dataclasses import dataclass

from seatrial.model.sample import StatementText
from seatrial.model.watch import Change, Watch

__all__ = ["DAY", "DEPLOYED", "HOUR", "MINUTE", "STATEMENTS", "TEXTS", "Statement", "watch"]

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
#: A Tuesday, 10:00 UTC.
DEPLOYED = 1_768_903_200.0
_TABLES, _INDEXES = "20250122000000_integrations", "20250123000000_indexes"
CHANGES = (
    Change(kind="table", name="public.integrations", relation="public.integrations", label=_TABLES),
    Change(kind="policy", name="public.integrations.by_organization", relation="public.integrations", label=_TABLES),
    Change(kind="table", name="public.contacts", relation="public.contacts", label=_TABLES),
    Change(kind="policy", name="public.contacts.by_organization", relation="public.contacts", label=_TABLES),
    Change(kind="constraint", name="public.contacts.contacts_phone_key", relation="public.contacts", label=_TABLES),
    Change(kind="column", name="public.contacts.nickname", relation="public.contacts", label=_TABLES, gone=True),
    Change(kind="index", name="public.idx_contacts_name", relation="public.contacts", label=_INDEXES, gone=True),
    Change(kind="index", name="public.idx_contacts_phone", relation="public.contacts", label=_INDEXES),
    Change(kind="function", name="public.send(uuid)", relation="", label=_TABLES),
)


def watch(window: float = 48 * HOUR, began: float = DEPLOYED) -> Watch:
    """Of 48 hours, a sample each minute."""
    return Watch(
        attempt=7,
        target="production",
        release="phase3",
        migrations=(_TABLES, _INDEXES),
        plan="4f0c",
        who="anna",
        deployed=began,
        began=began,
        window=window,
        every=MINUTE,
        changes=CHANGES,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One that the application sends again and again."""

    subject: str
    relation: str
    #: At full load.
    per_minute: float
    milliseconds: float
    #: Of the logarithm of its times.
    sigma: float
    rows: float
    #: Only since the deployment.
    is_new: bool = False


def _statements() -> tuple[Statement, ...]:
    made = (
        ("by name", "public.contacts", 240, 2.0, 0.6, 3.0),
        ("by phone", "public.contacts", 90, 1.1, 0.5, 0.9),
        ("list", "public.contacts", 12, 18.0, 0.9, 40.0),
        ("insert", "public.contacts", 30, 1.5, 0.8, 1.0),
        ("session", "public.sessions", 900, 0.4, 0.5, 1.0),
        ("notes", "public.notes", 180, 3.0, 0.8, 12.0),
        ("note", "public.notes", 60, 1.0, 0.6, 1.0),
        ("queue", "public.jobs", 120, 0.7, 0.7, 0.15),
        ("report", "public.orders", 0.4, 900.0, 1.0, 300.0),
        ("orders", "public.orders", 75, 6.0, 0.9, 8.0),
        ("order", "public.orders", 45, 2.2, 0.7, 1.0),
        ("search", "public.products", 40, 25.0, 1.1, 15.0),
        ("price", "public.products", 300, 0.6, 0.5, 1.0),
        ("login", "public.users", 25, 1.8, 0.6, 0.97),
        ("count", "public.events", 3, 140.0, 0.8, 1.0),
        ("event", "public.events", 350, 0.5, 0.9, 1.0),
    )
    known = [
        Statement(subject=f"app {name}", relation=relation, per_minute=often, milliseconds=time, sigma=sigma, rows=rows)
        for name, relation, often, time, sigma, rows in made
    ]
    new = [
        Statement(
            subject=f"app {name}", relation="public.integrations", per_minute=often, milliseconds=time, sigma=0.7,
            rows=rows, is_new=True,
        )
        for name, often, time, rows in (("send", 20, 4.0, 1.0), ("providers", 8, 9.0, 5.0))
    ]  # fmt: skip
    return (*known, *new)


STATEMENTS = _statements()
TEXTS = {
    one.subject: StatementText(
        shape=f"SELECT * FROM {one.relation} WHERE {one.subject.split()[-1]} = $1",
        role="app",
        relations=(one.relation,),
    )
    for one in STATEMENTS
}
