"""Which faults of policies are shown, and the functions that their rewrites make."""

from __future__ import annotations

import pytest

from seatrial.model.performance import PolicyCost, PolicyFault
from seatrial.performance.policies.known import Policy
from seatrial.performance.policies.made import apart, free, made_before, rights
from seatrial.performance.policies.suspicion import PER_ROW, Suspicion
from seatrial.performance.policies.worth import is_shown
from seatrial.sql.past_policies import named_in

COST = PolicyCost(query="q", caller="", policies=(), secured=2.0, bare=0.5, read=1, rows=1, bare_rows=1)


def policy(name: str = "p", *, taken: tuple[str, ...] = ()) -> Policy:
    return Policy(
        schema="public", table_name="t", quoted="public.t", read_as=("public.t",), name=name, quoted_name=name,
        permissive=True, using="true", check="", roles=(), owner=1, opened=(), taken=taken, expression=None,
    )  # fmt: skip


def suspicion(body: str, *, taken: tuple[str, ...] = (), function: str = "public.f") -> Suspicion:
    rewrite = (f"CREATE FUNCTION {function}() AS {body}", f"REVOKE ALL ON FUNCTION {function}() FROM PUBLIC",
               f"GRANT EXECUTE ON FUNCTION {function}() TO a", f"ALTER POLICY p USING ({function}())")  # fmt: skip
    return Suspicion(
        kind=PER_ROW,
        policy=policy(taken=taken),
        code="PRF005",
        what=body,
        rewrite=rewrite,
        query=f"SELECT {function}()",
    )


@pytest.mark.parametrize(
    ("kind", "took", "rewritten", "shown"),
    [
        ("index lost", 0.5, 0.2, False),
        ("index lost", 0.7, 0.2, True),
        ("index lost", 5.0, 4.0, True),
        ("index lost", 1.4, None, False),
        ("index lost", 1.6, None, True),
        ("not parallel", 100.0, 130.0, False),
        ("not parallel", 100.0, 80.0, False),
        ("not parallel", 100.0, 79.0, True),
        ("not parallel", 100.0, None, True),
        ("per row", 0.1, 0.1, True),
    ],
)
def test_what_gains_nothing_is_not_shown(kind: str, took: float, rewritten: float | None, *, shown: bool) -> None:
    fault = PolicyFault(
        kind=kind, policy="p", table="public.t", code="", what="", rewrite="", milliseconds=took, rewritten=rewritten
    )
    assert is_shown(fault, COST) is shown


def test_a_free_name_has_a_number_and_leaves_room() -> None:
    assert free("private", "is_active", "_of_caller", ()) == "is_active_of_caller"
    taken = {"private.is_active_of_caller", "private.is_active_of_caller2"}
    assert free("private", "is_active", "_of_caller", taken) == "is_active_of_caller3"
    assert free("public", "is_active", "_of_caller", taken) == "is_active_of_caller"
    assert len(free("public", "e" * 63, "_of_caller", ())) < 60


def test_only_the_roles_of_the_policy_may_call_what_is_made() -> None:
    assert rights("f()", ("authenticated",), ("anon", "authenticated", "service_role")) == (
        "REVOKE ALL ON FUNCTION f() FROM PUBLIC, anon, service_role",
        "GRANT EXECUTE ON FUNCTION f() TO authenticated",
    )
    assert rights("f()", (), ("anon",)) == ("GRANT EXECUTE ON FUNCTION f() TO PUBLIC",)


@pytest.mark.parametrize(("function", "other"), [("public.f", "public.f3"), ('public."F f"', 'public."F f3"')])
def test_functions_that_differ_get_names_that_differ(function: str, other: str) -> None:
    taken = (other.replace("3", "2").replace('"', ""),)
    first, same, second = apart([suspicion(body, taken=taken, function=function) for body in ("x", "x", "y")])
    assert first == same == suspicion("x", taken=taken, function=function)
    assert second.rewrite == suspicion("y", function=other).rewrite
    assert second.query == f"SELECT {other}()"


def test_a_function_is_made_once() -> None:
    rewrite = suspicion("x").rewrite
    assert made_before(rewrite, ()) == rewrite
    said = f"-- public.f is made by a rewrite above.\n{rewrite[2]}"
    assert made_before(rewrite, {rewrite[0]}) == (said, rewrite[3])


def test_what_a_query_names_is_found_at_any_depth() -> None:
    query = "WITH a AS (SELECT f(x) FROM b.c) SELECT 1 FROM a WHERE o = current_user AND EXISTS (SELECT FROM d)"
    found = named_in(query)
    assert found is not None
    assert (set(found[0]), found[1], found[2]) == ({"a", "b.c", "d"}, ("f",), ("current_user",))
    assert named_in("SELECT (") is None
