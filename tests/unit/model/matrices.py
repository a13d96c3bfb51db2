"""Matrices made by hand."""

from __future__ import annotations

from seatrial.model.isolation import Cell, Kind, Matrix, Mutant, Mutation, Observed, Request, World

__all__ = ["ALLOWED", "BLOCKED", "KINDS", "UNDECIDED", "WORLD", "cell", "leak", "matrix", "mutation"]

ALLOWED, BLOCKED, UNDECIDED = Observed.ALLOWED, Observed.BLOCKED, Observed.UNDECIDED

#: Three members of a tenant, one who belongs to none, and one who has not signed in.
KINDS = (
    *(
        Kind(name=name, role="authenticated", user=f"user-{name}", claims={"sub": f"user-{name}"}, roles={"A": name})
        for name in ("viewer", "member", "admin")
    ),
    Kind(name="user of no tenant", role="authenticated", user="user-0", claims={"sub": "user-0"}),
    Kind(name="anonymous", role="anon", claims={"role": "anon"}),
)
WORLD = World(tenants={"A": "a", "B": "b"}, kinds=KINDS, victims={}, spares={"public.t": {"A": "{}"}})


def cell(
    kind: str, action: str, observed: Observed, expected: Observed | None = None, *, subject: str = "public.contacts",
    detail: str = "", sql: str = "SELECT id FROM public.contacts",
) -> Cell:  # fmt: skip
    """As declared, where nothing else is said."""
    return Cell(
        kind=kind, subject=subject, action=action, expected=expected or observed, observed=observed, detail=detail,
        request=Request(sql=sql, rest="GET /rest/v1/contacts?select=id"),
    )  # fmt: skip


def leak(kind: str = "viewer", **more: str) -> Cell:
    """Somebody reads what is another tenant's."""
    return cell(kind, "read rows of another tenant", ALLOWED, BLOCKED, detail="2 rows", **more)


def mutation(*, caught: bool = False, equivalent: str = "") -> Mutation:
    """Of a policy whose condition is gone."""
    mutant = Mutant(
        sort="policy", subject="policy p on public.contacts", change="the condition is replaced by true",
        sql="ALTER POLICY p ON public.contacts USING (true)", reach=frozenset({"public.contacts", "public.c"}),
    )  # fmt: skip
    return Mutation(mutant=mutant, caught=leak() if caught else None, equivalent=equivalent)


def matrix(*cells: Cell, **more: object) -> Matrix:
    """With one mutant, which was caught, where nothing else is said."""
    facts = {"world": WORLD, "mutations": (mutation(caught=True),), **more}
    return Matrix(cells=cells, **facts)  # type: ignore[arg-type]
