"""What is exposed is known as it is now, and described as far as the caller may use it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from tests.hub.dialect.asking import service, somebody, visitor
from tests.hub.ground import ADA, HARBOUR, running, settings_for

from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from tests.hub.dialect.asking import Asker
    from tests.hub.ground import Ground

FUNCTIONS = """
create function public.two(a integer) returns integer language sql as 'select a';
create function public.two(a text) returns integer language sql as 'select 1';
create function public.defaulted(a integer, b integer default 40) returns integer language sql as 'select a + b';
create function public.pair(out x integer, out y text) language sql as $$ select 1, 'z' $$;
create function public.one_column() returns table (only_one integer) language sql as 'select generate_series(1, 2)';
create function public.letters() returns setof text language sql as $$ select unnest('{a,b}'::text[]) $$;
create function public."Odd name"("An argument" integer) returns integer language sql as 'select $1';
create function public.listed(numbers integer[], document jsonb) returns jsonb language sql as
    $$ select jsonb_build_array(numbers, document) $$;
create function public.many(variadic numbers integer[]) returns integer language sql as 'select 1';
grant execute on all functions in schema public to authenticated;
"""


@pytest.fixture
def functions(ground: Ground, hub: str) -> Asker:
    """Somebody who may call them."""
    with ground.superuser() as connection:
        connection.execute(FUNCTIONS.encode())
    return somebody(hub, ADA)


def test_what_is_new_is_found_at_once(hub: str, ground: Ground) -> None:
    ada = somebody(hub, ADA)
    assert ada.refused("GET", "/novelties") == (404, "PGRST205")

    with connect(ground.deployer_dsn) as connection:
        connection.execute("create table public.novelties (id integer)")
        connection.execute("alter table public.novelties enable row level security")
        connection.execute("grant select on public.novelties to authenticated")

    # Unknown names make the hub look again once a second.
    until = time.monotonic() + 20
    while (answer := ada.ask("GET", "/novelties")).status_code == 404 and time.monotonic() < until:
        time.sleep(0.1)
    assert answer.json() == []


def test_a_near_name_is_a_hint(hub: str) -> None:
    ada = somebody(hub, ADA)

    assert ada.ask("GET", "/contact").json()["hint"] == "Perhaps you meant 'public.contacts'"
    found = ada.ask("POST", "/contacts", {"organisation_id": HARBOUR}).json()
    assert (found["code"], found["hint"]) == ("PGRST204", "Perhaps you meant 'organization_id'")
    near = ada.ask("POST", "/rpc/integration_helth", {}).json()["hint"]
    assert near == "Perhaps you meant to call the function 'public.integration_health'"


def test_a_function_answers_in_the_form_of_what_it_returns(functions: Asker) -> None:
    def call(name: str, **arguments: object) -> Any:  # noqa: ANN401 - whatever JSON has
        return functions.ask("POST", f"/rpc/{name}", arguments).json()

    assert call("defaulted", a=2) == 42
    assert call("defaulted", a=2, b=3) == 5
    assert call("pair") == {"x": 1, "y": "z"}
    assert call("one_column") == [{"only_one": 1}, {"only_one": 2}]
    assert call("letters") == ["a", "b"]
    assert call("Odd%20name", **{"An argument": 7}) == 7
    assert call("listed", numbers=[1, 2], document={"a": [None]}) == [[1, 2], {"a": [None]}]
    assert functions.get("/rpc/defaulted?a=2") == 42
    assert functions.get("/rpc/listed?numbers={1,2}&document=[3]") == [[1, 2], [3]]
    assert functions.get("/rpc/one_column?only_one=gt.1&select=n:only_one") == [{"n": 2}]
    assert functions.get("/rpc/one_column?limit=1&order=only_one.desc") == [{"only_one": 2}]
    assert functions.ask("HEAD", "/rpc/one_column?limit=1", prefer="count=exact").headers["content-range"] == "0-0/2"


def test_a_function_that_cannot_be_told_is_not_called(functions: Asker) -> None:
    assert functions.refused("POST", "/rpc/two", {"a": 1}) == (300, "PGRST203")
    assert functions.refused("POST", "/rpc/many", {"numbers": [1]}) == (501, "PGRST127")
    assert functions.refused("POST", "/rpc/defaulted", {"b": 1}) == (404, "PGRST202")
    assert functions.refused("POST", "/rpc/defaulted", {"a": 1, "c": 1}) == (404, "PGRST202")
    assert functions.refused("POST", "/rpc/defaulted", [{"a": 1}]) == (400, "PGRST102")
    assert functions.refused("POST", "/rpc/defaulted", {"a": "many"}) == (400, "22P02")


def test_the_description_has_what_the_caller_may_use(hub: str) -> None:
    of_ada, of_nobody, of_service = (each.get("/") for each in (somebody(hub, ADA), visitor(hub), service(hub)))

    assert {"get", "post", "patch", "delete"} == of_ada["paths"]["/contacts"].keys()
    assert "/contacts" not in of_nobody["paths"]
    assert of_nobody["paths"].keys() < of_ada["paths"].keys()
    assert "/integration_usage_events" in of_service["paths"]
    assert "post" not in of_ada["paths"].get("/integration_usage_events", {})
    assert "post" not in of_ada["paths"]["/integration_dashboard"]
    assert of_ada["basePath"] == "/rest/v1/"


def test_the_description_tells_of_columns_and_arguments(hub: str) -> None:
    found = somebody(hub, ADA).get("/")
    columns = found["definitions"]["integrations"]["properties"]

    assert columns["id"]["format"] == "uuid"
    assert "<pk/>" in columns["id"]["description"]
    assert "<fk table='organizations' column='id'/>" in columns["organization_id"]["description"]
    assert columns["is_active"]["type"] == "boolean"
    assert columns["last_error"]["x-nullable"] is True
    body = found["paths"]["/integrations"]["post"]["parameters"][-1]["schema"]
    assert body["required"] == ["organization_id", "integration_type"]
    [arguments] = found["paths"]["/rpc/integration_health"]["post"]["parameters"]
    assert arguments["schema"]["required"] == ["p_organization_id"]


def test_rows_are_as_they_are_described(hub: str) -> None:
    ada = somebody(hub, ADA)
    found = ada.get("/")
    for name, definition in found["definitions"].items():
        if "get" in found["paths"].get(f"/{name}", {}):
            for row in ada.get(f"/{name}?limit=3"):
                jsonschema.validate(row, _nullable(definition))


def test_no_answer_has_more_rows_than_the_hub_gives(ground: Ground) -> None:
    with running(settings_for(ground, database={"max_rows": 2})) as address:
        ada = somebody(address, ADA)

        assert len(ada.get("/contacts")) == len(ada.get("/contacts?limit=10")) == 2
        for count in ("exact", "estimated"):
            answer = ada.ask("GET", "/contacts", prefer=f"count={count}")
            assert answer.status_code == 206
            assert int(answer.headers["content-range"].rpartition("/")[2]) >= 3


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """JSON schema for what OpenAPI 2 says with x-nullable."""
    found = {**schema, "properties": {}}
    for name, each in schema["properties"].items():
        found["properties"][name] = {"anyOf": [each, {"type": "null"}]} if each.get("x-nullable") else each
    return found
