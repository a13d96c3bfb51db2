"""What an error of the log is about: by SQLSTATE and names, in any language, and without a value."""

from __future__ import annotations

import pytest

from seatrial.monitoring.logs.entry import Entry
from seatrial.monitoring.logs.meaning import Meaning, meaning_of


def _meaning(sqlstate: str, message: str, *, context: str = "", routine: str = "") -> Meaning:
    return meaning_of(
        Entry(
            at=0.0, sqlstate=sqlstate, message=message, role="app", database="app", application="", query="",
            statement="", context=context, routine=routine,
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("message", "routine"),
    [
        ('new row violates row-level security policy for table "contacts"', ""),
        ('new row violates row-level security policy "own" for table "contacts"', ""),
        ("neue Zeile verletzt Policy für Sicherheit auf Zeilenebene für Tabelle »contacts«", "ExecWithCheckOptions"),
        ("la nouvelle ligne viole la politique de sécurité pour la table « contacts »", "ExecWithCheckOptions"),
    ],
)
def test_a_write_that_a_policy_denied_is_told_by_its_table(message: str, routine: str) -> None:
    assert _meaning("42501", message, routine=routine) == Meaning(quantity="log.denials", relation="contacts")


@pytest.mark.parametrize(
    ("message", "subject"),
    [
        ("permission denied for table contacts", "table contacts"),
        ("permission denied for foreign table contacts", "foreign table contacts"),
        ("must be owner of view contacts", "view contacts"),
        ('permission denied for column "email" of relation "contacts"', "column contacts.email"),
        ("keine Berechtigung für Tabelle contacts", "42501"),
        ("neue Zeile verletzt Policy für Sicherheit auf Zeilenebene für Tabelle »contacts«", "42501"),
        ("permission denied for customer Miller", "42501"),
        ("permission denied for table ann@example.com", "table"),
    ],
)
def test_a_missing_privilege_is_told_as_the_message_names_the_object(message: str, subject: str) -> None:
    assert _meaning("42501", message) == Meaning(quantity="log.refusals", subject=subject)


@pytest.mark.parametrize(
    "message",
    [
        'infinite recursion detected in policy for relation "contacts"',
        "récursion infinie détectée dans la politique de la relation « contacts »",
    ],
)
def test_a_policy_that_reads_its_own_table_is_told_in_any_language(message: str) -> None:
    assert _meaning("42P17", message) == Meaning(quantity="log.recursion", relation="contacts")


def test_another_error_of_the_same_code_is_no_recursion() -> None:
    found = _meaning("42P17", "functions in index expression must be marked IMMUTABLE")

    assert found == Meaning(quantity="log.errors", subject="42P17")


@pytest.mark.parametrize(
    ("sqlstate", "message", "subject", "relation"),
    [
        ("23505", 'duplicate key value violates unique constraint "contacts_email_key"', "contacts_email_key", ""),
        ("23505", "doppelter Schlüsselwert verletzt Unique-Constraint »contacts_email_key«", "contacts_email_key", ""),
        (
            "23503",
            'insert or update on table "notes" violates foreign key constraint "notes_fkey"',
            "notes_fkey",
            "notes",
        ),
        (
            "23503",
            'update or delete on table "contacts" violates foreign key constraint "notes_fkey" on table "notes"',
            "notes_fkey",
            "notes",
        ),
        ("23514", 'new row for relation "contacts" violates check constraint "age_check"', "age_check", "contacts"),
        ("23P01", 'conflicting key value violates exclusion constraint "no_overlap"', "no_overlap", ""),
    ],
)
def test_a_violated_constraint_is_told_by_its_name(sqlstate: str, message: str, subject: str, relation: str) -> None:
    found = _meaning(sqlstate, message)

    assert found == Meaning(quantity="log.violations", subject=subject, relation=relation, is_constraint=True)


def test_a_null_is_told_by_its_column_and_table() -> None:
    found = _meaning("23502", 'null value in column "age" of relation "contacts" violates not-null constraint')

    assert found == Meaning(quantity="log.violations", subject="age NOT NULL", relation="contacts")


@pytest.mark.parametrize(
    ("sqlstate", "message", "subject"),
    [
        ("42P01", 'relation "nix" does not exist', "relation nix"),
        ("42P01", 'relation "app.nix" does not exist', "relation app.nix"),
        ("42703", 'column "age" does not exist', "column age"),
        ("42703", 'column "age" of relation "contacts" does not exist', "column contacts.age"),
        ("42703", "column c.age does not exist", "column c.age"),
        ("42703", 'column "Miller Jr" does not exist', "column"),
        ("42703", 'column "ann@example.com" does not exist', "column"),
        ("42883", "function public.add(integer, text[]) does not exist", "function public.add(integer, text[])"),
        ("42883", "operator does not exist: uuid = text", "operator uuid = text"),
        ("42P01", "Relation »nix« existiert nicht", "42P01"),
    ],
)
def test_what_is_not_there_is_told_by_its_name_unless_that_could_be_a_value(
    sqlstate: str, message: str, subject: str
) -> None:
    assert _meaning(sqlstate, message) == Meaning(quantity="log.undefined", subject=subject)


@pytest.mark.parametrize("sqlstate", ["57014", "55P03", "25P03", "25P04"])
def test_what_was_cancelled_or_gave_up_is_a_timeout(sqlstate: str) -> None:
    assert _meaning(sqlstate, "whatever it says") == Meaning(quantity="log.timeouts", subject=sqlstate)


@pytest.mark.parametrize("sqlstate", ["40P01", "40001", "53300", "22P02", "P0001", "XX000"])
def test_everything_else_is_told_by_its_code(sqlstate: str) -> None:
    found = _meaning(sqlstate, 'invalid input syntax for type uuid: "ann"')

    assert found == Meaning(quantity="log.errors", subject=sqlstate)


@pytest.mark.parametrize(
    ("sqlstate", "quantity", "subject"),
    [
        ("42501", "log.refusals", "function app.may"),
        ("23505", "log.errors", "23505"),
        ("42P01", "log.errors", "42P01"),
    ],
)
def test_of_what_a_function_says_itself_nothing_is_kept(sqlstate: str, quantity: str, subject: str) -> None:
    found = _meaning(
        sqlstate,
        'permission denied for table "ann"',
        context='PL/pgSQL function app.may(uuid,text) line 3 at RAISE\nSQL statement "SELECT"',
    )

    assert found == Meaning(quantity=quantity, subject=subject)
