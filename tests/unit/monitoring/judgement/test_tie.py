"""What of a release a trouble is tied to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.monitoring.replay.release import watch

from seatrial.model.sample import StatementText, StatementUse
from seatrial.model.watch import Change
from seatrial.monitoring.judgement.tie import Ties
from seatrial.monitoring.signals import signal_named

TIES = Ties(watch(), {"contacts by phone": ("idx_contacts_phone",), "orders": ("orders_pkey",)})


def text(shape: str, *relations: str) -> StatementText:
    return StatementText(shape=shape, role="app", relations=relations)


TEXTS = {
    "app 1": text("SELECT * FROM contacts WHERE name = $1", "public.contacts"),
    "app 2": text("SELECT * FROM contacts WHERE phone = $1", "public.contacts", "public.orders"),
    "app 3": text("SELECT * FROM orders", "public.orders"),
    "app 4": text("SELECT public.send($1)"),
    "app 5": text("SELECT resend($1)"),
}


@pytest.mark.parametrize(("signal", "subject", "first"), [
    ("slow", "app 1", "public.idx_contacts_name"),
    ("slow", "app 2", "public.idx_contacts_phone"),
    ("slow", "app 3", None),
    ("slow", "app 4", "public.send(uuid)"),
    ("slow", "app 5", None),
    ("slow", "others", None),
    ("silent", "app 1", "public.contacts.by_organization"),
    ("denials", "public.contacts", "public.contacts.by_organization"),
    ("denials", "public.orders", None),
    ("refusals", "table contacts", "public.contacts"),
    ("refusals", "function send", "public.send(uuid)"),
    ("violations", "contacts_phone_key on public.contacts", "public.contacts.contacts_phone_key"),
    ("violations", "orders_pkey on public.orders", None),
    ("violations", "contacts_phone_key on contacts", "public.contacts.contacts_phone_key"),
    ("undefined", 'column "nickname"', "public.contacts.nickname"),
    ("undefined", "column c.nickname", "public.contacts.nickname"),
    ("undefined", 'relation "integrations"', "public.integrations"),
    ("undefined", 'relation "public.integrations"', "public.integrations"),
    ("undefined", "function send(text)", "public.send(uuid)"),
    ("undefined", 'relation "elsewhere"', None),
    ("waiting", "public.contacts", "public.contacts.contacts_phone_key"),
    ("invalid", "public.idx_contacts_phone", "public.idx_contacts_phone"),
    ("invalid", "public.orders_pkey", None),
    ("drift", "policy by_organization on public.contacts", "public.contacts.by_organization"),
    ("drift", "table public.contacts", "public.contacts"),
    ("plan", "contacts by phone", "public.idx_contacts_phone"),
    ("plan", "orders", None),
    ("failing", "sends: 17", "20250122000000_integrations"),
    ("oldest", "", None),
])  # fmt: skip
def test_a_trouble_is_tied_to_the_likeliest_change(signal: str, subject: str, first: str | None) -> None:
    found = TIES.of(signal_named(signal), subject, TEXTS, {})

    assert (found[0].name if found else None) == first


def test_errors_of_a_code_are_tied_by_the_statements_that_have_most_of_them() -> None:
    ours, others = StatementUse(errors={"57014": 5}), StatementUse(errors={"57014": 6})
    timeouts = signal_named("timeouts")

    assert TIES.of(timeouts, "57014", TEXTS, {"app 1": ours})
    assert not TIES.of(timeouts, "57014", TEXTS, {"app 1": ours, "app 3": others})
    assert not TIES.of(timeouts, "57014", TEXTS, {})
    assert TIES.of(signal_named("deadlocks"), "", TEXTS, {"app 1": StatementUse(errors={"40P01": 2})})


def test_an_old_constraint_is_not_violated_because_of_a_new_column() -> None:
    kinds = ("column", "priority"), ("index", "idx_priority"), ("constraint", "notes_priority_check")
    changes = tuple(
        Change(kind=kind, name=f"public.notes.{name}", relation="public.notes", label="2_notes") for kind, name in kinds
    )
    ties = Ties(replace(watch(), changes=changes), {})
    violations = signal_named("violations")

    assert ties.of(violations, "notes_status_check on public.notes", {}, {}) == ()
    assert ties.of(violations, "notes_priority_check on public.notes", {}, {})[0].kind == "constraint"
    assert ties.of(signal_named("bare_key"), "notes_owner_fkey on public.notes", {}, {}) == ()
