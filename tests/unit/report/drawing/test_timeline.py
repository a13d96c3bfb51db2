"""The timeline: what it says of locks and forecasts, and that it stays readable and well formed."""

from __future__ import annotations

import itertools
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.model.evidence import Evidence, Lock, LockMode, Scan, Written
from seatrial.model.forecast import Forecast
from seatrial.model.source import Encoding, Script, Source, Statement
from seatrial.model.timeline import Span, Timeline, Waiting, timeline_of
from seatrial.model.trial import StatementTrial
from seatrial.report.drawing.axis import MOST_SEGMENTS, segments
from seatrial.report.drawing.timeline import ROW_HEADINGS, timeline, timeline_rows


def lock(relation: str, mode: LockMode = LockMode.ACCESS_EXCLUSIVE, *, existed: bool = True) -> Lock:
    return Lock(relation=relation, kind="table", mode=mode, blocks=mode.blocks, held_seconds=0.02, existed=existed)


def forecast(low: float, high: float, *, assumed: bool = False) -> Forecast:
    return Forecast(low=low, high=high, rows=1000, tables=(), measured=(), assumed=assumed)


def trial(
    *locks: Lock, name: str = "1_a", took: Forecast | None = None, scans: tuple[str, ...] = (), at: int = 0,
    written: tuple[Written, ...] = (), text: str = "alter table contacts add check (true)",
) -> StatementTrial:  # fmt: skip
    source = Source(path=f"m/{name}.sql", version=name, name=name, encoding=Encoding.UTF8, text=text)
    statement = Statement(text=text, start=at, node="alter_table_stmt")
    seen = tuple(Scan(relation=one, scans=1, rows=1, existed=True) for one in scans)
    return StatementTrial(
        script=Script(source=source, statements=(statement,), digest=""), statement=statement, step=1,
        evidence=Evidence(locks=locks, scans=seen, written=written), forecast=took,
    )  # fmt: skip


def words(svg: str) -> list[str]:
    root = ET.fromstring(svg)  # noqa: S314 - our own
    return [(one[-1].tail if len(one) else one.text) or "" for one in root.iter("{http://www.w3.org/2000/svg}text")]


def test_a_lock_is_held_to_the_end_of_its_transaction() -> None:
    line = timeline_of([
        trial(lock("public.a"), took=forecast(1, 2)),
        trial(lock("public.b"), took=forecast(10, 20), at=1),
        trial(lock("public.c"), took=forecast(3, 4), name="2_b"),
    ])  # fmt: skip

    held = {hold.relation: hold.length for one in line.transactions for hold in one.holds}

    assert held == {"public.a": Span(low=11, high=22), "public.b": Span(low=10, high=20),
                    "public.c": Span(low=3, high=4)}  # fmt: skip
    assert [one.length for one in line.transactions] == [Span(low=11, high=22), Span(low=3, high=4)]


@pytest.mark.parametrize(
    ("mode", "waiting"),
    [
        (LockMode.ACCESS_EXCLUSIVE, Waiting.EVERYBODY),
        (LockMode.SHARE, Waiting.WRITES),
        (LockMode.SHARE_UPDATE_EXCLUSIVE, Waiting.NOBODY),
    ],
)
def test_who_waits_is_told_by_the_mode(mode: LockMode, waiting: Waiting) -> None:
    line = timeline_of([trial(lock("public.a", mode), took=forecast(1, 2))])

    assert line.transactions[0].holds[0].waiting is waiting
    assert waiting.value in words(timeline(line))


def test_rows_that_are_changed_are_locked_although_their_table_is_not() -> None:
    changed = Written(relation="public.a", inserted=0, updated=5, deleted=0)
    update = trial(lock("public.a", LockMode.ROW_EXCLUSIVE), took=forecast(900, 1400), written=(changed,))

    line = timeline_of([update])

    assert line.transactions[0].holds[0].waiting is Waiting.ROWS
    assert "some writes wait, at most 23 min 20 s" in words(timeline(line))


def test_nobody_waits_for_what_the_release_itself_makes() -> None:
    line = timeline_of([trial(lock("public.new", existed=False), took=forecast(1, 2))])

    assert "The release locks no table that was there before it, so that nobody waits." in words(timeline(line))
    assert timeline_rows(line) == (("m/1_a.sql", "–", "–", "–", "nobody waits", "1.0–2.0 s"),)


def test_what_works_on_rows_of_which_nobody_knows_how_many_is_open_ended() -> None:
    line = timeline_of([trial(lock("public.a"), scans=("public.a",))])

    shown = words(timeline(line))

    assert "?" in shown
    assert "reads and writes wait, nobody knows how long" in shown
    assert any(sentence.startswith("? Nobody knows how long") for sentence in shown)
    assert "to scale" not in shown


def test_what_works_on_no_rows_takes_as_long_as_on_the_scratch() -> None:
    line = timeline_of([trial(lock("public.a"))])

    assert "reads and writes wait, at most 20 ms" in words(timeline(line))


def test_an_assumed_size_is_marked() -> None:
    shown = words(timeline(timeline_of([trial(lock("public.a"), took=forecast(1, 2, assumed=True))])))

    assert "1.0–2.0 s*" in shown
    assert any(sentence.startswith("* Nobody has said how many rows") for sentence in shown)


def test_of_forty_tables_those_with_the_longest_locks_have_a_row_and_all_are_in_the_table() -> None:
    trials = [trial(lock(f"public.t{number}"), took=forecast(0.001, 0.002), at=number) for number in range(40)]
    slow = trial(lock("public.slow"), took=forecast(30, 60), name="2_b")

    line = timeline_of([*trials, slow])
    shown = words(timeline(line))

    assert "public.slow" in shown
    assert "and 29 tables for at most 58 ms each; the table below has them all" in shown
    assert len(timeline_rows(line)) == 41


def test_a_longer_transaction_is_wider_and_a_short_one_can_still_be_seen() -> None:
    line = timeline_of([
        trial(lock("public.a"), took=forecast(0.001, 0.002)),
        trial(lock("public.a"), took=forecast(600, 1200), name="2_b"),
    ])  # fmt: skip

    short, long = segments(line.transactions, 0, 800)

    assert 100 < short.width < long.width


def test_many_transactions_share_segments_and_none_is_lost() -> None:
    line = timeline_of([trial(lock("public.a"), took=forecast(1, n + 1), name=f"{n}_x") for n in range(50)])

    axis = segments(line.transactions, 0, 800)

    assert len(axis) == MOST_SEGMENTS
    assert tuple(one for segment in axis for one in segment.transactions) == line.transactions
    assert axis[-1].right == pytest.approx(800)
    assert all(one.right < other.left for one, other in itertools.pairwise(axis))


def test_the_same_is_said_to_those_who_do_not_see_it() -> None:
    line = timeline_of([trial(lock("public.a"), took=forecast(1, 2))])
    root = ET.fromstring(timeline(line))  # noqa: S314 - our own

    assert root.attrib["role"] == "img"
    assert root[1].text == "1 transaction. public.a: reads and writes wait, at most 2.0 s."
    assert [len(row) for row in timeline_rows(line)] == [len(ROW_HEADINGS)]


@settings(deadline=None)
@given(name=st.text(st.characters()), high=st.floats(0, 1e7))
def test_any_name_gives_well_formed_xml(name: str, high: float) -> None:
    one = trial(lock(name), took=forecast(high / 3, high), text=name, name=name)

    svg = timeline(timeline_of([one, replace(one, forecast=None)]))

    ET.fromstring(svg.encode())  # noqa: S314 - our own
    assert svg == timeline(timeline_of([one, replace(one, forecast=None)]))


def test_no_transaction_is_a_sentence() -> None:
    assert words(timeline(Timeline())) == ["The release locks no table that was there before it, so that nobody waits."]
