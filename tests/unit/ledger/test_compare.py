"""Folder against target: the state of each version."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.ledger.compare import compare
from seatrial.model.history import Applied, History, Progress, State
from seatrial.model.migration import Migration, migration_of
from seatrial.model.source import Encoding, Source
from seatrial.sql.parse import content_digest, parse

if TYPE_CHECKING:
    from collections.abc import Iterable

TEXT = "SELECT 1;"


def local(version: str, name: str = "one", text: str = TEXT) -> Migration:
    path = f"supabase/migrations/{version}_{name}.sql"
    return migration_of(parse(Source(path=path, version=version, name=name, encoding=Encoding.UTF8, text=text)))


def applied(version: str, name: str = "one", digest: str | None = None) -> Applied:
    return Applied(version=version, name=name, digest=content_digest(TEXT) if digest is None else digest)


def history(*rows: Applied, begun: Iterable[str] = ()) -> History:
    progress = {version: Progress(steps={1: True}, digests={1: ""}) for version in begun}
    return History(applied=rows, progress=progress)


@pytest.mark.parametrize(
    ("here", "there", "begun", "state"),
    [
        pytest.param([local("2")], [applied("2")], [], State.APPLIED, id="the same"),
        pytest.param([local("2")], [], [], State.PENDING, id="only here"),
        pytest.param([local("2")], [applied("1")], [], State.PENDING, id="newer than all there"),
        pytest.param([local("2")], [applied("3")], [], State.OUT_OF_ORDER, id="older than one there"),
        pytest.param([local("2")], [], ["2"], State.UNFINISHED, id="begun"),
        pytest.param([local("2")], [applied("3")], ["2"], State.UNFINISHED, id="begun, and overtaken since"),
        pytest.param([], [applied("2")], [], State.MISSING, id="only there"),
        pytest.param([local("2", text="SELECT 2;")], [applied("2")], [], State.EDITED, id="other statements"),
        pytest.param([local("2", text="-- why\nselect\t1")], [applied("2")], [], State.EDITED, id="other words in SQL"),
        pytest.param([local("2", text="-- why\nSELECT\r\n1")], [applied("2")], [], State.APPLIED, id="other layout"),
        pytest.param([local("2", name="two")], [applied("2")], [], State.RENAMED, id="another name"),
        pytest.param([local("2", "two", "SELECT 2;")], [applied("2")], [], State.EDITED, id="both: the content counts"),
        pytest.param([local("2")], [applied("2", name="")], [], State.APPLIED, id="a ledger without names"),
        pytest.param([local("2")], [applied("2", digest="")], [], State.APPLIED, id="a ledger without content"),
    ],
)
def test_the_state_of_a_version(here: list[Migration], there: list[Applied], begun: list[str], state: State) -> None:
    found = compare(here, history(*there, begun=begun))
    assert [row.state for row in found.rows if row.version == "2"] == [state]


def test_a_row_has_both_sides() -> None:
    ours = Applied(version="1", name="first", digest="x", applied_at="2025-03-01T00:00:00+00:00", applied_by="postgres")
    edited, missing = compare([local("1", "first")], history(ours, applied("2", ""))).rows
    assert (edited.local, edited.remote, edited.path) == ("1_first", "1_first", "supabase/migrations/1_first.sql")
    assert (edited.applied_at, edited.applied_by) == ("2025-03-01T00:00:00+00:00", "postgres")
    assert (missing.local, missing.remote, missing.path) == ("", "2", "")


VERSIONS = st.lists(st.from_regex(r"[0-9]{1,14}", fullmatch=True), unique=True, max_size=8)


@given(VERSIONS, VERSIONS)
def test_every_version_of_either_side_has_one_row_in_text_order(here: list[str], there: list[str]) -> None:
    found = compare([local(version) for version in here], history(*map(applied, there)))
    assert [row.version for row in found.rows] == sorted({*here, *there})
    assert {row.version for row in found.in_state(State.APPLIED)} == {*here} & {*there}
    assert {row.version for row in found.in_state(State.MISSING)} == {*there} - {*here}
    assert {row.version for row in found.in_state(State.PENDING, State.OUT_OF_ORDER)} == {*here} - {*there}
    newest = max(there, default="")
    assert all(row.version > newest for row in found.in_state(State.PENDING))
    assert all(row.version < newest for row in found.in_state(State.OUT_OF_ORDER))
