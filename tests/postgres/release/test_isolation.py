"""The shipped release, attacked as every kind of user: everything is as declared, and a weaker release is noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.postgres.release.deployed import ROOT

from seatrial.flows import isolation
from seatrial.flows.folder import read_folder
from seatrial.flows.rehearsal import rehearsal
from seatrial.model.isolation import Observed
from seatrial.model.narrator import Silent
from seatrial.scratch.server import DATABASE

if TYPE_CHECKING:
    import pytest

    from seatrial.model.isolation import Matrix, Mutant
    from seatrial.model.tenancy import Tenancy
    from seatrial.pg.connection import Connection

#: Of policies and privileges, one of so many is attacked here; `seatrial prove security` attacks all of them.
ONE_IN = 24
with_barriers = isolation.with_barriers  # type: ignore[attr-defined]


def _attacked(*, mutate: bool) -> Matrix:
    folder = read_folder(ROOT)
    assert folder.release.tenancy
    with rehearsal(folder, narrator=Silent()) as rehearsed:
        server = rehearsed.stage.server
        return isolation.isolate(server, DATABASE, folder.release.tenancy, mutate=mutate, narrator=Silent())[0]


def test_every_kind_can_do_what_is_declared_and_nothing_else() -> None:
    matrix = _attacked(mutate=False)
    wrong = [cell for cell in matrix.cells if not cell.agrees or cell.observed is Observed.UNDECIDED]
    assert not wrong, [(cell.kind, cell.subject, cell.action, cell.detail) for cell in wrong[:5]]
    assert not matrix.undeclared
    assert not matrix.world.unfilled
    tried = {cell.kind for cell in matrix.cells}
    assert tried == {kind.name for kind in matrix.world.kinds}
    assert len(tried) == 20
    done = {(cell.kind, cell.subject, cell.action) for cell in matrix.cells if cell.expected is Observed.ALLOWED}
    assert {
        ("viewer", "public.integrations", "read rows of own tenant"),
        ("admin", "public.integrations", "add a row to own tenant"),
        ("admin", "public.integrations", "update rows of own tenant"),
        ("owner", "public.integrations", "delete rows of own tenant"),
        ("user of no tenant", "public.profiles", "update own rows"),
        ("super administrator", "public.audit_logs", "read rows of another tenant"),
    } <= done


def test_every_weaker_release_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def some(connection: Connection, tenancy: Tenancy) -> dict[Mutant, object]:
        """All of the few sorts, and some of the many."""
        many = {"policy", "privilege"}
        made = enumerate(with_barriers(connection, tenancy).items())
        return {
            mutant: barriers
            for number, (mutant, barriers) in made
            if mutant.sort not in many or number % ONE_IN == 0
        }  # fmt: skip

    monkeypatch.setattr(isolation, "with_barriers", some)
    mutations = _attacked(mutate=True).mutations
    assert mutations is not None
    survivors = [(one.mutant.subject, one.mutant.change) for one in mutations if one.survived]
    assert not survivors
    caught = [one for one in mutations if one.caught]
    # Triggers are a second lock behind the policies: without them the policies hold, which is shown.
    assert {one.mutant.sort for one in caught} >= {"policy", "privilege", "row security", "view", "function"}
    assert all(one.caught and one.caught.request for one in caught)
