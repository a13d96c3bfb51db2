"""Comparing catalogs, and what must hold for any two of them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.catalog.compare import compare, owned
from seatrial.catalog.fingerprint import fingerprint
from seatrial.catalog.record import from_record, to_record
from seatrial.catalog.view_text import neutral
from seatrial.errors import CannotRun
from seatrial.model.catalog import Catalog, CatalogObject, Change, Difference, Identity, describe

TABLE = ("table", "a.t")
#: Each object with its parent, parents first.
TREE: dict[Identity, Identity | None] = {
    ("schema", "a"): None,
    ("extension", "citext"): None,
    TABLE: ("schema", "a"),
    ("function", "a.f(integer)"): ("schema", "a"),
    ("column", "a.t.c"): TABLE,
    ("sequence", "a.t_c_seq"): ("column", "a.t.c"),
    ("policy", "a.t.p"): TABLE,
    ("index", "a.i"): TABLE,
}
#: No fact has an empty text: the reader leaves such facts out.
FACTS = st.dictionaries(st.sampled_from(["owner", "comment", "using"]), st.text("xy ", min_size=1, max_size=2))


@st.composite
def catalogs(draw: st.DrawFn) -> Catalog:
    """Some of the tree's objects, never one without its parent."""
    chosen: dict[Identity, CatalogObject] = {}
    for identity, parent in TREE.items():
        if (parent is None or parent in chosen) and draw(st.booleans()):
            chosen[identity] = _object(identity, draw(FACTS))
    return _catalog(chosen)


@st.composite
def pairs_with_the_same_objects(draw: st.DrawFn) -> tuple[Catalog, Catalog]:
    """Two catalogs that differ in facts at most."""
    first = draw(catalogs())
    others = {identity: replace(one, facts=draw(FACTS)) for identity, one in first.objects.items()}
    return first, _catalog(draw(st.sampled_from([dict(first.objects), others])))


@given(catalogs())
def test_nothing_differs_from_itself(catalog: Catalog) -> None:
    assert compare(catalog, catalog) == ()


@given(pairs_with_the_same_objects())
def test_whether_there_is_a_difference_does_not_depend_on_the_side(pair: tuple[Catalog, Catalog]) -> None:
    left, right = pair

    assert bool(compare(left, right)) == bool(compare(right, left)) == (left.objects != right.objects)


@given(catalogs(), catalogs())
def test_differences_are_sorted_and_never_said_twice(left: Catalog, right: Catalog) -> None:
    found = compare(left, right)

    keys = [(one.name, one.kind, one.fact) for one in found]
    assert keys == sorted(set(keys))


@given(catalogs(), st.sampled_from(list(TREE)))
def test_what_is_gone_is_said_once_whatever_went_with_it(catalog: Catalog, gone: Identity) -> None:
    left = {identity: one for identity, one in catalog.objects.items() if gone not in _lineage(identity)}

    found = [(one.change, (one.kind, one.name)) for one in compare(catalog, _catalog(left))]

    assert found == ([(Change.MISSING, gone)] if gone in catalog.objects else [])


@given(catalogs(), catalogs())
def test_what_a_release_did_is_found_after_it_and_not_before(before: Catalog, after: Catalog) -> None:
    did = owned(before, after)

    assert compare(did, after) == ()
    assert bool(compare(did, before)) == bool(did.objects or did.dropped) == (before.objects != after.objects)


@given(catalogs(), catalogs())
def test_a_fingerprint_is_of_the_objects_alone(left: Catalog, right: Catalog) -> None:
    reordered = Catalog(server_version=150018, objects=dict(reversed(list(left.objects.items()))), dropped={})

    assert fingerprint(reordered) == fingerprint(left)
    assert (fingerprint(left) == fingerprint(right)) == (left.objects == right.objects)


@given(catalogs(), catalogs())
def test_a_saved_catalog_comes_back_as_it_was(before: Catalog, after: Catalog) -> None:
    did = owned(before, after)

    assert from_record(json.loads(json.dumps(to_record(did)))) == did


@pytest.mark.parametrize(
    "damage",
    [{"format": 2}, {"objects": None}, {"objects": [{"kind": "table"}]}, {"server_version": "?"}, {"dropped": [1]}],
)
def test_a_damaged_record_is_refused(damage: dict[str, object]) -> None:
    with pytest.raises(CannotRun) as refused:
        from_record({**to_record(_catalog({})), **damage})

    assert refused.value.code == "catalog.unreadable"


def test_what_others_attach_to_an_own_table_is_unexpected() -> None:
    table = _object(TABLE, {})
    theirs = _object(("policy", "a.t.p"), {})

    found = compare(_catalog({TABLE: table}), _catalog({TABLE: table, theirs.identity: theirs}))

    assert [(one.change, one.kind, one.name) for one in found] == [("unexpected", "policy", "a.t.p")]


def test_what_others_attach_to_a_table_that_was_only_altered_is_theirs() -> None:
    table = _object(TABLE, {"comment": "x", "owner": "them"})
    theirs = _object(("policy", "a.t.p"), {})
    altered = owned(_catalog({TABLE: _object(TABLE, {"owner": "them"})}), _catalog({TABLE: table}))

    assert compare(altered, _catalog({TABLE: table, theirs.identity: theirs})) == ()


def test_of_an_altered_object_only_the_altered_facts_are_expected() -> None:
    before = _catalog({TABLE: _object(TABLE, {"owner": "them", "comment": "x", "grants to anon": "SELECT"})})
    after = _catalog({TABLE: _object(TABLE, {"owner": "them", "comment": "y"})})
    elsewhere = _catalog({TABLE: _object(TABLE, {"owner": "us", "comment": "y", "grants to anon": "INSERT"})})

    found = compare(owned(before, after), elsewhere)

    assert [(one.fact, one.expected, one.observed) for one in found] == [("grants to anon", "", "INSERT")]


@pytest.mark.parametrize(("revoked", "missing"), [("grants to anon", []), ("grants to PUBLIC", ["missing"])])
def test_what_was_only_revoked_need_not_be_there(revoked: str, missing: list[str]) -> None:
    """Where default privileges have no entry, `anon` has none; PUBLIC may still execute functions."""
    identity = ("default privileges", "postgres on functions")
    entry = CatalogObject(kind=identity[0], name=identity[1], parent=None, facts={revoked: "EXECUTE"})
    did = owned(_catalog({identity: entry}), _catalog({identity: replace(entry, facts={})}))

    assert [one.change for one in compare(did, _catalog({}))] == missing


def test_what_a_release_dropped_and_is_back_is_unexpected_once() -> None:
    policy = _object(("policy", "a.t.p"), {})
    before = _catalog({TABLE: _object(TABLE, {}), policy.identity: policy})
    did = owned(before, _catalog({}))

    assert [(one.change, one.kind) for one in compare(did, before)] == [("unexpected", "table")]


@pytest.mark.parametrize(
    ("difference", "sentence"),
    [
        (
            Difference(
                change=Change.ALTERED,
                kind="policy",
                name='a.t."p q"',
                parent=TABLE,
                fact="using",
                expected="(a)",
                observed="(b)",
            ),
            'policy "p q" on a.t: using is altered: expected (a), observed (b)',
        ),
        (
            Difference(
                change=Change.ALTERED, kind="table", name="a.t", parent=("schema", "a"), fact="comment", expected="x"
            ),
            "table a.t: comment is missing: expected x",
        ),
        (
            Difference(change=Change.ALTERED, kind="table", name="a.t", fact="grants to PUBLIC", observed="SELECT"),
            "table a.t: grants to PUBLIC is unexpected: SELECT",
        ),
        (Difference(change=Change.MISSING, kind="column", name="a.t.c", parent=TABLE), "column c of a.t is missing"),
        (
            Difference(change=Change.UNEXPECTED, kind="index", name="a.i", parent=TABLE),
            "index a.i on a.t is unexpected",
        ),
    ],
)
def test_a_difference_is_a_sentence(difference: Difference, sentence: str) -> None:
    assert describe(difference) == sentence


def test_of_long_texts_the_first_line_that_differs_is_shown() -> None:
    body = [f"-- line {number} of a function body" for number in range(1, 9)]
    altered = [*body[:3], "return true;", *body[4:]]

    sentence = describe(_body_difference("\n".join(body), "\n".join(altered)))

    assert sentence == (
        "function a.f(): body is altered: "
        "expected at line 4 “-- line 4 of a function body”, observed at line 4 “return true;”"
    )


def test_of_a_long_text_that_only_goes_on_the_end_is_shown() -> None:
    body = [f"-- line {number} of a function body" for number in range(1, 9)]

    sentence = describe(_body_difference("\n".join(body), "\n".join(body[:7])))

    assert sentence.endswith("expected at line 8 “-- line 8 of a function body”, observed an end after line 7")


@pytest.mark.parametrize(
    ("printed", "text"),
    [
        (" SELECT c.id\n   FROM a.c;", "SELECT id\n   FROM a.c"),
        (" SELECT d.id FROM a.c, a.d;", "SELECT d.id FROM a.c, a.d"),
        (" SELECT d.id FROM (a.c JOIN a.d ON (c.x = d.x));", "SELECT d.id FROM (a.c JOIN a.d ON (c.x = d.x))"),
        (" SELECT j.id FROM (a.c JOIN a.d USING (x)) j(id);", "SELECT j.id FROM (a.c JOIN a.d USING (x)) j(id)"),
        (" SELECT c.id FROM a.c UNION SELECT c.x FROM a.c;", "SELECT c.id FROM a.c UNION SELECT c.x FROM a.c"),
        (" SELECT c.f(c.x) AS f, c.x::c.t AS t FROM c.c;", "SELECT c.f(x) AS f, x::c.t AS t FROM c.c"),
        (' SELECT (c.x COLLATE c."de") AS x FROM c.c;', 'SELECT (x COLLATE c."de") AS x FROM c.c'),
        (
            " SELECT E'\\'c.id' AS t, E'it''s c.id' AS u FROM a.c;",
            "SELECT E'\\'c.id' AS t, E'it''s c.id' AS u FROM a.c",
        ),
        (
            " SELECT 'c.id'::text AS t,\n    c.*::a.c AS w\n   FROM a.c;",
            "SELECT 'c.id'::text AS t,\n    c.*::a.c AS w\n   FROM a.c",
        ),
        (" SELECT XMLSERIALIZE(CONTENT x AS text NO INDENT) AS x;", "SELECT XMLSERIALIZE(CONTENT x AS text) AS x"),
        (" SELECT XMLSERIALIZE(CONTENT x AS text INDENT) AS x;", "SELECT XMLSERIALIZE(CONTENT x AS text INDENT) AS x"),
        ("", ""),
    ],
)
def test_a_view_is_spelled_as_newer_servers_do(printed: str, text: str) -> None:
    assert neutral(printed) == text


def _body_difference(expected: str, observed: str) -> Difference:
    return Difference(
        change=Change.ALTERED, kind="function", name="a.f()", fact="body", expected=expected, observed=observed
    )


def _object(identity: Identity, facts: dict[str, str]) -> CatalogObject:
    return CatalogObject(kind=identity[0], name=identity[1], parent=TREE[identity], facts=facts)


def _catalog(objects: dict[Identity, CatalogObject]) -> Catalog:
    return Catalog(server_version=180006, objects=objects, dropped={})


def _lineage(identity: Identity) -> list[Identity]:
    parent = TREE[identity]
    return [identity, *(_lineage(parent) if parent else [])]
