"""What is masked before a picture of a target becomes a file, and what is only pointed at."""

from __future__ import annotations

import json
import re

import pytest

from seatrial.model.catalog import Catalog, CatalogObject, Identity
from seatrial.model.standin import Definition, Picture
from seatrial.standin.mask import masked, suspicious

TRIGGER = "CREATE TRIGGER hook AFTER INSERT ON public.boats FOR EACH ROW"
COLUMN = CatalogObject(kind="column", name='public.boats."Name"', parent=("table", "public.boats"), facts={})


def definition(kind: str, sql: str, *, name: str = "it", tail: str = "", parent: Identity | None = None) -> Definition:
    return Definition(kind=kind, name=name, phase="any", sql=sql, tail=tail, parent=parent)


def picture(*definitions: Definition, objects: tuple[CatalogObject, ...] = (), ledger: str = "") -> Picture:
    catalog = Catalog(server_version=180000, objects={one.identity: one for one in (COLUMN, *objects)}, dropped={})
    return Picture(
        server_version=180000, role="postgres", database="boats", catalog=catalog, definitions=definitions,
        ledger={"supabase_migrations.schema_migrations": (ledger,)}, relation_statistics=(), column_statistics=(),
        sizes={},
    )  # fmt: skip


def shown(*arguments: str, when: str = "") -> str:
    """The arguments of a trigger in a saved stand-in."""
    sql = f"{TRIGGER}{when} EXECUTE FUNCTION public.call({', '.join(arguments)})"
    [one] = masked(picture(definition("trigger", sql)))[0].definitions
    prefix = f"{TRIGGER}{when} EXECUTE FUNCTION public.call("
    assert one.sql.startswith(prefix)
    assert one.sql.endswith(")")
    return one.sql[len(prefix) : -1]


@pytest.mark.parametrize(
    ("argument", "instead"),
    [
        ("'hunter2'", "'masked'"),
        ("'it''s a key'", "'masked'"),
        (r"E'C:\\key''s'", "'masked'"),
        ("'https://x.supabase.co/hook?key=SEKRET'", "'https://masked.invalid'"),
        ("""'{"Authorization":"Bearer SEKRET","retry":7,"on":true}'""",
         """'{"Authorization": "masked", "retry": 0, "on": true}'"""),
        ("""'{"eyJhbGciOiJIUzI1NiJ9.x":["SEKRET"]}'""", """'{"masked": ["masked"]}'"""),
        ("'\"SEKRET\"'", "'masked'"),
        ("'4111111111111111'", "'masked'"),
    ],
)  # fmt: skip
def test_an_argument_of_a_trigger_becomes_something_of_its_shape(argument: str, instead: str) -> None:
    assert shown(argument) == instead


@pytest.mark.parametrize(
    "argument",
    ["''", "'5000'", "'POST'", "'{}'", "'true'", "'Name'", "'pg_catalog.english'", "'public.boats.\"Name\"'"],
)
def test_what_says_how_it_works_stays(argument: str) -> None:
    assert shown(argument) == argument


def test_no_argument_is_overlooked() -> None:
    when = " WHEN ((new.name = 'EXECUTE FUNCTION f('::text))"
    assert shown("'a)'", "'POST'", "'b, ''c'", when=when) == "'masked', 'POST', 'masked'"


def test_the_catalog_says_the_same_as_the_definition() -> None:
    sql = f"{TRIGGER} EXECUTE FUNCTION public.call('SEKRET')"
    trigger = CatalogObject(
        kind="trigger", name="public.boats.hook", parent=("table", "public.boats"), facts={"definition": sql}
    )
    found, names = masked(picture(definition("trigger", sql, name="public.boats.hook"), objects=(trigger,)))
    assert found.catalog.objects[trigger.identity].facts["definition"] == found.definitions[0].sql
    assert "SEKRET" not in found.definitions[0].sql
    assert names == ("arguments of trigger public.boats.hook",)


def test_values_of_options_are_masked_where_a_wrapper_takes_any() -> None:
    server = "CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'db.SEKRET', port '5432', \"A b\" 'x)')"
    found, _ = masked(picture(
        definition("foreign server", server),
        definition("foreign table", "CREATE FOREIGN TABLE far", tail="SERVER f OPTIONS (format 'csv', query 'q''q')"),
        definition("column", "id integer OPTIONS (column_name 'x') DEFAULT 'a'", parent=("foreign table", "far")),
        definition("column", "id text DEFAULT 'OPTIONS (a ''b'')'", parent=("table", "public.near")),
        objects=(
            CatalogObject(kind="foreign server", name="far", parent=None,
                          facts={"option host": "db.SEKRET", "type": "t"}),
            CatalogObject(kind="foreign table", name="far", parent=None,
                          facts={"foreign options": "format=csv, query=a, b=c, user=d"}),
        ),
    ))  # fmt: skip
    assert [f"{one.sql} {one.tail}".rstrip() for one in found.definitions] == [
        "CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'masked', port '5432', \"A b\" 'masked')",
        "CREATE FOREIGN TABLE far SERVER f OPTIONS (format 'csv', query 'masked')",
        "id integer OPTIONS (column_name 'masked') DEFAULT 'a'",
        "id text DEFAULT 'OPTIONS (a ''b'')'",
    ]
    assert found.catalog.objects["foreign server", "far"].facts == {"option host": "masked", "type": "t"}
    assert found.catalog.objects["foreign table", "far"].facts == {
        "foreign options": "format=csv, query=masked, b=masked, user=masked"
    }


@pytest.mark.parametrize("text", ["'Bearer SEKRET'", "eyJhbGciOiJIUzI1NiJ9", "sk_live_51H", "-----BEGIN PRIVATE KEY"])
def test_what_looks_like_a_key_is_named(text: str) -> None:
    function = definition("function", f"CREATE FUNCTION f() AS $$ select '{text}' $$", name="public.f()")
    assert suspicious(picture(function)) == ("function public.f()",)
    assert suspicious(picture(ledger=f"(1,{text})")) == ("ledger supabase_migrations.schema_migrations",)
    assert suspicious(picture(definition("cron job", text, name=f"select {text}"))) == ("a cron job",)


@pytest.mark.parametrize("text", ["'Bearer ' || key", "format('Bearer %s', key)", "the key survey", "risk_live_1"])
def test_what_only_speaks_of_one_is_not(text: str) -> None:
    assert suspicious(picture(definition("function", text))) == ()


def test_what_is_masked_can_be_read_as_json() -> None:
    header = """'{"Content-Type":"application/json","x":[null,{"y":"it''s"}]}'"""
    [text] = re.findall("^'(.*)'$", shown(header))
    assert json.loads(text) == {"Content-Type": "masked", "x": [None, {"y": "masked"}]}
