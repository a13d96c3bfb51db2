"""What a rehearsal found, in the order in which a person needs it."""

from __future__ import annotations

from dataclasses import replace

from seatrial.model.ahead import AheadIndex, Taken
from seatrial.model.evidence import Written
from seatrial.model.execution import Ending, Execution
from seatrial.model.finding import Finding, Level
from seatrial.model.forecast import Forecast, Timing
from seatrial.model.outcome import PlacedGap, Rehearsed
from seatrial.model.place import Place
from seatrial.model.preflight import PreflightAnswer, Question
from seatrial.model.proof import Proof, Verdict
from seatrial.model.queue import Stall
from seatrial.model.standin import NotCarried
from seatrial.model.twice import SecondRun
from seatrial.model.versions import Gap
from seatrial.rehearsal.forecast import machine
from seatrial.report import proved, rehearsed

PLACE = Place(path="a.sql", line=3, column=1, source_line="x")
NOTHING = Rehearsed(
    server="PostgreSQL 18.6 (embedded)", platform="supabase", execution=Execution(ending=Ending.COMPLETE, runs=()),
    seconds=1,
)  # fmt: skip


def lines(**facts: object) -> list[str]:
    return [line.plain for line in rehearsed.lines(replace(NOTHING, **facts))]  # type: ignore[arg-type]


def finding(level: Level, code: str = "LCK009", what: str = "w") -> Finding:
    return Finding(code=code, name="brief", level=level, what=what, place=PLACE, effect="e", fix="f")


def timing(high: float) -> Timing:
    told = Forecast(low=high / 2, high=high, rows=9, tables=("t",), measured=())
    return Timing(place=PLACE, statement=told, held=told)


def test_a_quiet_rehearsal_says_nothing() -> None:
    assert lines() == []


def test_what_blocks_comes_before_what_warns_and_what_informs_is_a_line() -> None:
    shown = lines(findings=(finding(Level.INFORMS), finding(Level.WARNS), finding(Level.BLOCKS)))
    assert [line.split()[1] for line in shown if line[:1] in "✗!·" and line[:1]] == ["blocks", "warns", "LCK009"]
    assert "· LCK009 w (a.sql:3:1)" in shown


def test_much_of_what_only_informs_is_counted() -> None:
    shown = lines(findings=tuple(finding(Level.INFORMS, what=str(n)) for n in range(9)))
    assert shown == ["· LCK009 brief: 9 times; JSON has each, seatrial explain LCK009 what it means"]


def test_only_what_takes_long_is_timed_and_then_the_machine_is_named() -> None:
    shown = lines(timings=(timing(0.5), timing(8)), machine=machine("PostgreSQL 18.6"))
    assert shown[0] == "· a.sql:3:1: 4.0–8.0 s at 9 rows; its locks are held for 4.0–8.0 s at 9 rows"
    assert shown[1].startswith("  measured on ")
    assert lines(timings=(timing(0.5),), machine=machine("PostgreSQL 18.6")) == []


def test_what_the_target_said_of_its_rows() -> None:
    question = Question(kind="not null", table="t", sql="SELECT 1", violated="rows whose a is NULL", sqlstate="23502")
    answers = (
        PreflightAnswer(question=question, violating=3),
        PreflightAnswer(question=question, violating=0),
        PreflightAnswer(question=question, why="it took too long"),
    )
    shown = lines(preflight=answers, questions=3)
    assert shown == [
        "✗ 23502 t has 3 rows whose a is NULL",
        "    see: SELECT 1",
        "? t: nobody knows about rows whose a is NULL: it took too long",
    ]
    assert lines(questions=2) == ["? existing rows may violate the release in 2 places: --preflight asks the target"]


def test_what_the_answer_does_not_cover_is_said_and_cut() -> None:
    left = tuple(NotCarried(what=f"extension e{n}", why="no") for n in range(12))
    shown = lines(not_carried=left, gaps=(PlacedGap(place=PLACE, gap=Gap(feature="F", since=17, differs="d")),))
    assert shown[0] == "! a.sql:3:1: F (PostgreSQL 17): d"
    assert shown[1] == "? not on the stand-in: extension e0: no"
    assert shown[-1] == "? and 2 more things of which nothing is known; JSON has them all"


def test_another_version_is_said() -> None:
    assert "runs PostgreSQL 15.8" in lines(target_server="PostgreSQL 15.8", start="production")[0]
    assert lines(target_server="PostgreSQL 18.1", start="production") == []


def test_a_second_run_and_a_line_of_readers() -> None:
    second = SecondRun(
        version="1", label="1_x", path="a.sql", written=(Written(relation="t", inserted=2, updated=0, deleted=0),)
    )
    stalled = Stall(
        path="a.sql", line=3, table="t", reader_seconds=3, without_limit=2.9, with_limit=0.5, limit_seconds=0.5
    )
    assert lines(twice=(second,)) == ["! 1_x does not run twice: 2 rows more, 0 less in t"]
    assert lines(stalls=(stalled,)) == [
        "! a.sql:3: behind a reader of 3.0 s on t, other reads stall for 2.9 s; with lock_timeout 500 ms for 500 ms"
    ]


def test_what_did_not_pass_is_shown_first() -> None:
    from seatrial.model.outcome import Proved

    proofs = (
        Proof(name="syntax", claim="c1", verdict=Verdict.PASSED, evidence=("seen",), next="never shown"),
        Proof(name="order", claim="c2", verdict=Verdict.FAILED, evidence=tuple(map(str, range(12))), next="do this"),
    )
    shown = [line.plain for line in proved.lines(Proved(start="nothing", server="s", proofs=proofs, seconds=1))]
    assert shown[0] == "✗ order FAILED  c2"
    assert shown[9:12] == ["    … 4 more", "    next: do this", "✓ syntax PASSED  c1"]
    assert "never shown" not in " ".join(shown)


def test_what_is_built_ahead_is_a_line_each_and_a_block_tells_its_time_once() -> None:
    told = Forecast(low=7, high=22, rows=9, tables=("t",), measured=())
    built = tuple(AheadIndex(place=PLACE, index=index, sql="s", forecast=told) for index in ("public.a", "public.b"))
    assert lines(ahead=built) == [
        "· public.a is built ahead of a.sql:3:1, beside the writers; 7.0–22.0 s at 9 rows",
        "· public.b is built ahead of a.sql:3:1, beside the writers",
    ]


def test_a_name_that_is_taken_is_an_error() -> None:
    first, fix = lines(taken=(Taken(place=PLACE, index="a", by="an index of public.boats"),))
    assert first == "✗ index a will not be made: the name is taken by an index of public.boats (a.sql:3:1)"
    assert "another name" in fix
