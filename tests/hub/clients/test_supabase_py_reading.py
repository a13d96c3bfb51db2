"""What the real supabase-py reads: every filter and every shape of an answer, over the boats."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from postgrest import CountMethod
from postgrest._sync import request_builder as builders
from tests.hub.clients.python_clients import client_of, refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from supabase import Client

FOLDER = Path(__file__).parent
#: A query of boats → one that is filtered, and which boats it finds.
FILTERS: dict[str, tuple[Callable[[Any], Any], list[int]]] = {
    "eq": (lambda boats: boats.eq("name", "Anna"), [1]),
    "eq, every reserved character": (lambda boats: boats.eq("name", 'Dora, "the old"'), [4]),
    "neq": (lambda boats: boats.neq("name", "Anna"), [2, 3, 4]),
    "gt": (lambda boats: boats.gt("length", 12), [4]),
    "gte": (lambda boats: boats.gte("length", 12), [2, 4]),
    "lt": (lambda boats: boats.lt("seen_at", "2026-02-01T00:00:00+00:00"), [1]),
    "lte": (lambda boats: boats.lte("built", 1998), [1, 4]),
    "is_ null": (lambda boats: boats.is_("is_sold", None), [3]),
    "is_ true": (lambda boats: boats.is_("is_sold", True), [2]),
    "like": (lambda boats: boats.like("name", "%ar%"), [3]),
    "like_all_of": (lambda boats: boats.like_all_of("name", "%r%,%a,C%"), [3]),
    "like_any_of": (lambda boats: boats.like_any_of("name", "A%,B%"), [1, 2]),
    "ilike": (lambda boats: boats.ilike("name", "a%"), [1]),
    "ilike_all_of": (lambda boats: boats.ilike_all_of("name", "%R%,b%"), [2]),
    "ilike_any_of": (lambda boats: boats.ilike_any_of("name", "a%,b%"), [1, 2]),
    "in_": (lambda boats: boats.in_("id", [1, 3, 99]), [1, 3]),
    "in_, commas and quotes": (lambda boats: boats.in_("name", ["Anna", 'Dora, "the old"', "(c)"]), [1, 4]),
    "cs": (lambda boats: boats.cs("tags", ["steel"]), [2, 4]),
    "contains, an array": (lambda boats: boats.contains("tags", ["steel", "motor"]), [4]),
    "contains, JSON": (lambda boats: boats.contains("papers", {"crew": 5}), [2]),
    "contains, a range": (lambda boats: boats.contains("berths", "[2,3]"), [1]),
    "cd": (lambda boats: boats.cd("tags", ["wood", "sail", "steel"]), [1, 2, 3]),
    "contained_by, JSON": (lambda boats: boats.contained_by("papers", {"flag": "DK", "crew": 5}), [2, 3]),
    "ov": (lambda boats: boats.ov("tags", ["wood", "motor"]), [1, 4]),
    "overlaps": (lambda boats: boats.overlaps("tags", ["motor"]), [4]),
    "ov, a range": (lambda boats: boats.ov("berths", "[4,6]"), [1, 2]),
    "sl": (lambda boats: boats.sl("berths", (9, 12)), [1, 2]),
    "range_lt": (lambda boats: boats.range_lt("berths", (9, 12)), [1, 2]),
    "sr": (lambda boats: boats.sr("berths", (0, 5)), [2, 4]),
    "range_gt": (lambda boats: boats.range_gt("berths", (0, 5)), [2, 4]),
    "nxl": (lambda boats: boats.nxl("berths", (4, 10)), [2, 4]),
    "range_gte": (lambda boats: boats.range_gte("berths", (4, 10)), [2, 4]),
    "nxr": (lambda boats: boats.nxr("berths", (4, 10)), [1, 2]),
    "range_lte": (lambda boats: boats.range_lte("berths", (4, 10)), [1, 2]),
    "adj": (lambda boats: boats.adj("berths", (4, 10)), [1, 4]),
    "range_adjacent": (lambda boats: boats.range_adjacent("berths", (4, 10)), [1, 4]),
    "fts": (lambda boats: boats.fts("name", "anna"), [1]),
    "plfts": (lambda boats: boats.plfts("name", "anna"), [1]),
    "phfts": (lambda boats: boats.phfts("name", "anna"), [1]),
    "wfts": (lambda boats: boats.wfts("name", "anna or berta"), [1, 2]),
    "text_search": (
        lambda boats: boats.text_search("story", "steel boats", options={"type": "plain", "config": "english"}), [2, 4],
    ),
    "match": (lambda boats: boats.match({"harbour_id": 1, "built": 2015}), [3]),
    "or_": (lambda boats: boats.or_("length.lt.8,and(built.lt.1990,is_sold.is.false)"), [3, 4]),
    "not_": (lambda boats: boats.not_.in_("id", [1, 2]), [3, 4]),
    "not_, is_": (lambda boats: boats.not_.is_("is_sold", "null"), [1, 2, 4]),
    "not_, or_": (lambda boats: boats.not_.or_("id.eq.1,id.eq.2"), [3, 4]),
    "filter": (lambda boats: boats.filter("id", "in", "(1,2)"), [1, 2]),
    "several on one column": (lambda boats: boats.gt("built", 1990).lt("built", 2010), [1, 2]),
    "limit": (lambda boats: boats.limit(2), [1, 2]),
    "offset": (lambda boats: boats.offset(3), [4]),
    "range": (lambda boats: boats.range(1, 2), [2, 3]),
    "retry": (lambda boats: boats.retry(enabled=False).eq("id", 1), [1]),
    "SQL in a value": (lambda boats: boats.eq("name", "x' or 1=1; drop table boats; --"), []),
}  # fmt: skip
#: What is answered 501, and the word that says why.
MISSING: dict[str, tuple[Callable[[Any], Any], str]] = {
    "csv": (lambda boats: boats.select("id").csv(), "text/csv"),
    "explain": (lambda boats: boats.select("id").explain(), "application/vnd.pgrst.plan"),
    "embedded rows": (lambda boats: boats.select("id, harbours(name)"), "embedding"),
    "JSON paths": (lambda boats: boats.select("papers->>flag"), "JSON path"),
    "casts": (lambda boats: boats.select("length::text"), "cast"),
}


@pytest.fixture
def ada(shared_hub: str) -> Client:
    """Her client."""
    return client_of(shared_hub, "ada")


@pytest.mark.parametrize("name", FILTERS)
def test_filter(name: str, ada: Client) -> None:
    apply, found = FILTERS[name]

    rows: Any = apply(ada.table("boats").select("id").order("id")).execute().data

    assert [row["id"] for row in rows] == found


@pytest.mark.parametrize("name", MISSING)
def test_what_is_missing_is_named(name: str, ada: Client) -> None:
    apply, word = MISSING[name]

    told = refused(lambda: apply(ada.table("boats")).execute())

    assert word.lower() in str(told.message).lower()


def test_order(ada: Client) -> None:
    boats: Any = ada.table("boats").select("id")

    found = boats.order("harbour_id", nullsfirst=True).order("length", desc=True).execute().data

    assert [row["id"] for row in found] == [4, 1, 3, 2]


def test_count(ada: Client) -> None:
    answer = ada.table("boats").select("id", count=CountMethod.exact).order("id").limit(1).execute()

    assert (answer.count, answer.data) == (4, [{"id": 1}])


def test_head(ada: Client) -> None:
    answer = ada.table("boats").select("id", count=CountMethod.exact, head=True).gt("length", 10).execute()

    assert (answer.count, answer.data) == (2, [])


def test_counts_that_are_guessed(ada: Client) -> None:
    assert ada.table("counted").select("boats", count=CountMethod.planned).execute().count == 1
    assert ada.table("boats").select("id", count=CountMethod.estimated).execute().count == 4


def test_without_nulls(ada: Client) -> None:
    assert ada.table("boats").select("id, is_sold").eq("id", 3).strip_nulls().execute().data == [{"id": 3}]


def test_single(ada: Client) -> None:
    assert ada.table("boats").select("id").eq("name", "Anna").single().execute().data == {"id": 1}

    for filtered in (ada.table("boats").select("id"), ada.table("boats").select("id").eq("id", 99)):
        assert refused(filtered.single().execute).code == "PGRST116"


def test_maybe_single(ada: Client) -> None:
    found: Any = ada.table("boats").select("id").eq("name", "Anna").maybe_single().execute()

    assert found.data == {"id": 1}
    assert ada.table("boats").select("id").eq("id", 99).maybe_single().execute() is None


def test_functions(ada: Client) -> None:
    assert ada.rpc("add", {"a": 1, "b": 2}).execute().data == 3
    assert ada.rpc("add", {"a": 1, "b": 2}, get=True).execute().data == 3
    assert ada.rpc("rename_boat", {"boat": 99, "new_name": "Xenia"}).execute().data == []
    assert ada.rpc("longer_than", {"metres": 10}, count=CountMethod.exact, head=True).execute().count == 2


def test_rows_of_a_function(ada: Client) -> None:
    rows = ada.rpc("longer_than", {"metres": 5}).select("id").gt("id", 1).order("length", desc=True).limit(2)

    assert rows.execute().data == [{"id": 4}, {"id": 2}]


def test_another_schema(ada: Client) -> None:
    assert refused(ada.schema("private").table("integration_credentials").select("*").execute).code == "PGRST106"


@pytest.mark.parametrize("kind", [builders.SyncSelectRequestBuilder, builders.SyncRPCFilterRequestBuilder])
def test_every_method_of_a_query_is_checked(kind: type) -> None:
    written = "\n".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("test_supabase_py_*.py"))

    assert [name for name in dir(kind) if not name.startswith("_") and f".{name}" not in written] == []
