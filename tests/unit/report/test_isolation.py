"""What an attack saw, in the order in which a person needs it."""

from __future__ import annotations

import json
from dataclasses import replace

from tests.unit.model.matrices import ALLOWED, BLOCKED, KINDS, UNDECIDED, WORLD, cell, leak, matrix, mutation

from seatrial.model.isolation import Kind, Matrix, Request
from seatrial.model.outcome import Outcome, Proved
from seatrial.report import isolation, proved
from seatrial.report import json as report
from seatrial.report.request import psql_script, rest_call

OWN = "read rows of own tenant"


def lines(found: Matrix, before: Matrix | None = None, width: int = 100) -> list[str]:
    return [line.plain for line in isolation.lines(found, before, width)]


def test_a_request_can_be_pasted_into_psql() -> None:
    kind = Kind(name="o'hara", role="app user", claims={"sub": "o'hara"}, settings={"app.tenant_id": "a\\b"})

    assert psql_script(kind, Request(sql="DELETE FROM public.t ;\n")) == (
        "BEGIN;\n"
        'SET LOCAL ROLE "app user";\n'
        """SET LOCAL "request.jwt.claims" = '{"sub": "o''hara"}';\n"""
        r"""SET LOCAL "app.tenant_id" = E'a\\b';"""
        "\nDELETE FROM public.t;\n"
        "ROLLBACK;\n"
    )


def test_a_request_can_be_made_through_the_rest_layer_where_that_has_words_for_it() -> None:
    request = Request(sql="SELECT 1", rest='POST /rest/v1/rpc/f {"a": 1}')

    assert rest_call(KINDS[0], request) == (
        'POST /rest/v1/rpc/f {"a": 1}\nAuthorization: Bearer (a token with {"sub": "user-viewer"})\n'
    )
    assert rest_call(KINDS[0], Request(sql="TRUNCATE public.t")) == ""


def test_a_leak_comes_first_with_one_request_for_all_who_share_it() -> None:
    shown = lines(matrix(cell("viewer", OWN, UNDECIDED, ALLOWED, detail="55P03 busy"), leak("viewer"), leak("admin")))

    assert shown[:9] == [
        "✗ leak viewer and admin can read rows of another tenant: public.contacts (2 rows)",
        "    as viewer, in psql:",
        "      BEGIN;",
        '      SET LOCAL ROLE "authenticated";',
        """      SET LOCAL "request.jwt.claims" = '{"sub": "user-viewer"}';""",
        "      SELECT id FROM public.contacts;",
        "      ROLLBACK;",
        "    through the REST layer:",
        "      GET /rest/v1/contacts?select=id",
    ]
    assert "? undecided nobody knows whether viewer can read rows of own tenant: public.contacts (55P03 busy)" in shown
    assert sum(line.endswith("BEGIN;") for line in shown) == 2


def test_who_is_kept_out_is_said_in_other_words() -> None:
    shown = lines(matrix(cell("viewer", OWN, BLOCKED, ALLOWED, detail="0 rows")))

    assert shown[0] == "✗ kept out viewer cannot read rows of own tenant: public.contacts (0 rows)"


def test_many_disagreements_are_cut_and_the_rest_is_counted() -> None:
    found = matrix(*(leak(subject=f"public.t{number}") for number in range(25)))

    assert "  … 5 more; JSON has them all" in lines(found)
    assert sum(line.startswith("✗ leak") for line in lines(found)) == 20


def test_the_compact_matrix_shows_own_rows_and_merges_kinds_that_can_do_the_same() -> None:
    cells = [cell(kind.name, OWN, ALLOWED if kind.roles else BLOCKED) for kind in KINDS]
    cells += [cell(kind.name, "add a row to own tenant", ALLOWED) for kind in KINDS[1:3]]
    cells += [cell("viewer", OWN, ALLOWED, subject="public.notes"), cell("viewer", "call", ALLOWED, subject="f()")]
    shown = lines(matrix(*cells, leak("anonymous")))
    start = next(number for number, line in enumerate(shown) if line.startswith("what users can do"))

    assert shown[start + 1 : start + 8] == [
        "                   1      2      3      4",
        "  public.contacts  r···   ri··   ····   R···!",
        "  public.notes     r···   ····   ····   ····",
        "   1 viewer",
        "   2 member, admin",
        "   3 user of no tenant",
        "   4 anonymous",
    ]


def test_those_who_may_act_on_the_rows_of_every_tenant_have_capitals() -> None:
    allowed = (OWN, "update rows of own tenant", "read rows of another tenant")
    shown = lines(matrix(*(cell("admin", action, ALLOWED) for action in allowed)))

    assert "  public.contacts  R·u·" in shown


def test_a_relation_that_is_open_is_in_the_compact_matrix_whatever_is_done_with_it() -> None:
    seen = [cell("viewer", "count rows of others", ALLOWED, BLOCKED, subject=name) for name in ("public.v", "f(uuid)")]
    shown = lines(matrix(*seen))

    assert "  public.v  ····!" in shown
    assert not any(line.startswith("  f(uuid)  ") for line in shown)


def test_columns_that_do_not_fit_beside_each_other_come_below() -> None:
    kinds = tuple(replace(KINDS[0], name=f"kind {number}") for number in range(9))
    cells = [
        cell(kind.name, OWN, ALLOWED if number >> bit & 1 else BLOCKED, subject=f"public.t{bit}")
        for number, kind in enumerate(kinds) for bit in range(4)
    ]  # fmt: skip
    shown = lines(matrix(*cells, world=replace(WORLD, kinds=kinds)), width=40)

    assert max(map(len, shown[1:11])) <= 40
    assert sum(line.lstrip().startswith("public.t0") for line in shown) == 3


def test_the_attack_is_judged_by_its_mutants() -> None:
    mutations = (
        *(mutation(caught=True) for _ in range(1999)),
        mutation(),
        mutation(equivalent="the policies hold: for a reason"),
    )
    shown = lines(matrix(leak(), mutations=mutations))

    assert "? 99.9 %: 1,999 of 2,000 mutants that mean something were caught, 1 is equivalent (shown)" in shown
    assert (
        "  ? not noticed: policy p on public.contacts: the condition is replaced by true; "
        "no attempt on public.c and public.contacts tells the difference"
    ) in shown
    assert "  · 1 equivalent: the policies hold" in shown
    assert "✓ 100 %: 1 of 1 mutant that mean something were caught" in lines(matrix())
    assert "? the attack itself was not tested: no weaker release was attacked" in lines(matrix(mutations=None))


def test_what_was_left_out_is_said_and_cut() -> None:
    shown = lines(matrix(left_out=tuple(f"f{number}(): it calls out" for number in range(12))))

    assert "· left out: f9(): it calls out" in shown
    assert shown[-1] == "· 2 more lines; JSON has them all"


def test_what_the_release_changes_is_told_where_it_is_known() -> None:
    before, after = matrix(cell("viewer", OWN, BLOCKED)), matrix(cell("viewer", OWN, ALLOWED))

    assert "  Viewers can now read contacts of their own organization." in lines(after, before)
    assert "  Nothing, for nobody." in lines(after, after)
    assert not any(line.startswith("what the release changes") for line in lines(after))


def test_a_proof_shows_the_attack_and_json_has_it_without_the_rows_that_were_kept_ready() -> None:
    body = Proved(start="nothing", server="s", proofs=(), seconds=1, isolation=matrix(leak()))
    found = json.loads(report.outcome(Outcome(command="prove", summary="s", body=body)))["result"]["isolation"]

    assert any(line.plain.startswith("✗ leak viewer") for line in proved.lines(body))
    assert found["cells"][0]["request"]["sql"] == "SELECT id FROM public.contacts"
    assert found["mutations"][0]["mutant"]["reach"] == ["public.c", "public.contacts"]
    assert "spares" not in found["world"]
