"""A release with something of everything wrong in it, whose every name tries to be more than text."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.report.performances import performance

from seatrial.model.evidence import Evidence, Lock, LockMode
from seatrial.model.execution import Ending, Execution, MigrationRun, StatementRun
from seatrial.model.failure import Failure
from seatrial.model.finding import Decided, Finding, Level, Waived, Waiver, Withdrawn
from seatrial.model.forecast import Forecast
from seatrial.model.isolation import Cell, Kind, Matrix, Observed, Request, World
from seatrial.model.matrix import disagreements
from seatrial.model.place import Place
from seatrial.model.proof import Proof, Verdict
from seatrial.model.readiness import Circumstances, Claim, Commit, Readiness
from seatrial.model.reference import Reference, ReferenceColumn, ReferencePolicy, ReferenceTable
from seatrial.model.source import Encoding, Script, Source, Statement
from seatrial.model.trial import StatementTrial, Trial
from seatrial.model.workload import Observed as Plan
from seatrial.model.workload import Unmeasured, WorkloadQuery, WorkloadTiming

__all__ = ["NASTY", "PATH", "claims", "large", "sound", "wrong"]

NASTY = '<script>alert("1")</script>'
PATH = "supabase/migrations/20250101000000_boats.sql"
SQL = f'alter table public."{NASTY}" alter length type bigint'
PLACE = Place(path=PATH, line=1, column=13, source_line=f"{SQL};")
WORDS = {
    "syntax": "syntactically correct", "order": "properly ordered", "documentation": "well documented",
    "safety": "safe to deploy", "performance": "performance optimized", "security": "security enforced",
}  # fmt: skip
ALLOWED, BLOCKED, UNDECIDED = Observed.ALLOWED, Observed.BLOCKED, Observed.UNDECIDED


def sound(**changed: Proof) -> Readiness:
    """Nothing is wrong, but for the proofs that are given."""
    return Readiness(
        release="Boats", tool="seatrial 1.0", start="production", server="PostgreSQL 18.6 (embedded)",
        circumstances=Circumstances(at="2026-03-01T12:30:00+00:00", by="ana@workstation", seconds=61.0),
        target_server="PostgreSQL 15.8", plan="ab" * 32, commit=Commit(id="cd" * 20, changed=True),
        claims=claims(**changed), execution=Execution(ending=Ending.COMPLETE, runs=()), trial=Trial(statements=()),
    )  # fmt: skip


def claims(**changed: Proof) -> tuple[Claim, ...]:
    """All six, passed where nothing else is given."""
    return tuple(
        Claim(words=words, proof=changed.get(name) or _proof(name), limits=(f"{name} cannot show everything.",))
        for name, words in WORDS.items()
    )


def _proof(name: str) -> Proof:
    return Proof(
        name=name,
        claim="it holds",
        verdict=Verdict.PASSED,
        evidence=("seen",),
        held=1234,
        of=1234,
        counted="statements",
    )


def wrong() -> Readiness:
    """Something of everything."""
    blocks, warns, informs = (_finding(level) for level in Level)
    matrix = _matrix()
    trial = _trial()
    failed = {
        "safety": Proof(
            name="safety", claim=f"no {NASTY}", verdict=Verdict.FAILED, against=1, undecided=1, held=3, of=4,
            evidence=(f"{blocks.place}: {blocks.code} {blocks.what}", f"not measured: {NASTY}", "4 were watched"),
            counted="statements", next="seatrial prove safety",
        ),
        "order": Proof(
            name="order", claim="in order", verdict=Verdict.FAILED, against=1, held=0, of=1, counted="files",
            evidence=(f"{PLACE}: 42P01 relation {NASTY} does not exist",),
        ),
        "security": Proof(
            name="security", claim="apart", verdict=Verdict.FAILED, against=3, undecided=1, held=4, of=8,
            counted="attempts", evidence=tuple(one.sentence for one in disagreements(matrix.cells)),
        ),
        "documentation": Proof(
            name="documentation", claim="told", verdict=Verdict.INCONCLUSIVE, undecided=1, evidence=("who knows",)
        ),
        "performance": Proof(name="performance", claim="fast", verdict=Verdict.BROKEN, evidence=("a fault",)),
    }  # fmt: skip
    waiver = Waiver(
        code="ABC009", until="2027-03-01", because=f"later {NASTY}", place=Place(path="seatrial.toml", line=4)
    )
    return replace(
        sound(**failed),
        findings=(blocks, warns, informs),
        waived=(Waived(finding=replace(blocks, code="ABC009", key="ABC009-1"), waiver=waiver),),
        withdrawn=(Withdrawn(finding=replace(warns, code="ABC008", key="ABC008-1"), because="no row was there"),),
        execution=_execution(), trial=trial, isolation=matrix,
        isolation_before=replace(matrix, cells=matrix.cells[:1]),
        performance=replace(performance(), timings=(*_workload(), *performance().timings)),
        before=Reference(), after=Reference(tables=(_table(),)), gaps=(f"Not measured: {NASTY}.",),
    )  # fmt: skip


def large() -> Readiness:
    """As many tables and kinds of users as a real release has: 26 and 9, no two kinds alike."""
    names = [f"public.a_table_with_a_name_{number}" for number in range(26)]
    kinds = tuple(Kind(name=f"kind of user number {number}", role="authenticated") for number in range(9))
    cells = [
        Cell(
            kind=kind.name, subject=name, action=action,
            expected=ALLOWED if row >= number % 9 else BLOCKED, observed=ALLOWED if row >= number % 9 else BLOCKED,
        )
        for row, kind in enumerate(kinds) for number, name in enumerate(names)
        for action in ("read rows of own tenant", "add a row to own tenant", "update own rows", "delete own rows")
    ]  # fmt: skip
    few = _matrix()
    world = replace(few.world, kinds=(*few.world.kinds, *kinds))
    return replace(wrong(), isolation=replace(few, world=world, cells=(*few.cells, *cells)))


def _finding(level: Level) -> Finding:
    number = list(Level).index(level)
    return Finding(
        code=f"ABC00{number}", name="bad", level=level, what=f"{level} {NASTY}", place=PLACE, effect=f"effect {NASTY}",
        fix=f"drop table {NASTY};", decided=Decided.RUN, figures="3.2 s", key=f"ABC00{number}-0123abcd",
    )  # fmt: skip


def _cell(kind: str, subject: str, action: str, expected: Observed, observed: Observed) -> Cell:
    return Cell(
        kind=kind, subject=subject, action=action, expected=expected, observed=observed, detail="2 rows",
        request=Request(sql="SELECT 1", rest="GET /rest/v1/boats"),
    )  # fmt: skip


def _matrix() -> Matrix:
    kinds = tuple(Kind(name=name, role="authenticated", user=name) for name in ("member", NASTY))
    cells = (
        _cell("member", "public.boats", "read rows of own tenant", ALLOWED, ALLOWED),
        _cell("member", "public.boats", "read rows of another tenant", BLOCKED, ALLOWED),
        _cell(NASTY, "public.boats", "read rows of own tenant", ALLOWED, BLOCKED),
        _cell(NASTY, "public.boats", "delete rows of own tenant", ALLOWED, UNDECIDED),
        _cell("member", "public.crew", "read rows of another tenant", BLOCKED, BLOCKED),
        _cell("member", "public.boats.secret", "read a column that nobody may read", BLOCKED, BLOCKED),
        _cell("member", "public.sail(uuid)", "call with another tenant's id", BLOCKED, ALLOWED),
    )
    world = World(tenants={}, kinds=kinds, victims={}, spares={})
    return Matrix(world=world, cells=cells, left_out=(f"clocks {NASTY}",))


def _trial() -> Trial:
    source = Source(path=PATH, version="20250101000000", name="boats", encoding=Encoding.UTF8, text=f"{SQL};")
    statement = Statement(text=SQL, start=0, node="alter_table_stmt")
    lock = Lock(
        relation=f'public."{NASTY}"', kind="table", mode=LockMode.ACCESS_EXCLUSIVE,
        blocks=LockMode.ACCESS_EXCLUSIVE.blocks, held_seconds=0.2, existed=True,
    )  # fmt: skip
    forecast = Forecast(low=38.0, high=55.0, rows=12_400_000, tables=("public.boats",), measured=())
    return Trial(
        statements=(
            StatementTrial(
                script=Script(source=source, statements=(statement,), digest="ef"), statement=statement, step=1,
                evidence=Evidence(locks=(lock,)), forecast=forecast, held=forecast, safer=f"-- {NASTY}",
            ),
        )
    )  # fmt: skip


def _execution() -> Execution:
    run = MigrationRun(
        version="20250101000000", label="20250101000000_boats", seconds=0.4,
        statements=(
            StatementRun(start=0, text=SQL, seconds=0.2), StatementRun(start=90, text="create policy p", seconds=0.1),
        ),
    )  # fmt: skip
    failure = Failure(
        version="20250101000100", place=PLACE, statement=SQL, sqlstate="42P01",
        message=f"relation {NASTY} does not exist",
        detail=f"detail {NASTY}", hint="", context="", cause=f"a later file makes {NASTY}", consequences=2,
    )  # fmt: skip
    return Execution(ending=Ending.FAILED, runs=(run,), failure=failure, failures=(failure,))


def _table() -> ReferenceTable:
    policy = ReferencePolicy(
        name=NASTY, command="SELECT", permissive=True, roles=("authenticated",), using=f"note <> '{NASTY}'"
    )
    column = ReferenceColumn(name=NASTY, type="text", nullable=True, comment=NASTY)
    return ReferenceTable(
        schema="public", name="boats", kind="table", comment=NASTY, columns=(column,), policies=(policy,)
    )


def _workload() -> tuple[WorkloadTiming, ...]:
    query = WorkloadQuery(name=NASTY, role="member", claims={}, sql="select 1", index="boats_name", limit_ms=5.0)
    slow = Plan(indexes=(), scanned=("public.boats",), milliseconds=21.44, runs=5, buffers=900, rows=1)
    fast = replace(slow, indexes=("boats_name",), scanned=(), milliseconds=1.26)
    known = WorkloadTiming(
        query=query, before=slow, after=fast, tables=(("public.boats", 50_000),), server="PostgreSQL 18.6 (embedded)"
    )
    unknown = replace(known, query=replace(query, name="broken", limit_ms=None), after=Unmeasured(why=f"42P01 {NASTY}"))
    return known, unknown
