"""`[[workload]]`: what is read of it, and what is said of what cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.errors import CannotRun
from seatrial.project.settings import Settings, settings_of

GOOD = {"name": '"latest"', "sql": '"select 1"'}


def read(*entries: dict[str, str]) -> Settings:
    lines = [line for one in entries for line in ("[[workload]]", *(f"{key} = {value}" for key, value in one.items()))]
    return settings_of("\n".join(lines), Path("seatrial.toml"))


def test_a_query_has_a_name_and_sql_and_defaults_for_the_rest() -> None:
    [found] = read(GOOD).workload

    assert (found.name, found.sql, found.role, found.params, found.limit_ms) == (
        "latest", "select 1", "authenticated", (), None,
    )  # fmt: skip


def test_parameters_keep_their_types() -> None:
    [found] = read(GOOD | {"params": '["a", 1, 2.5, true]'}).workload

    assert found.params == ("a", 1, 2.5, True)
    assert [type(one) for one in found.params] == [str, int, float, bool]


@pytest.mark.parametrize(
    ("change", "where", "why"),
    [
        ({"limt_ms": "5"}, "workload.0.limt_ms", "there is no such setting"),
        ({"limit_ms": "0"}, "workload.0.limit_ms", "greater than 0"),
        ({"limit_ms": "inf"}, "workload.0.limit_ms", "finite"),
        ({"sql": '""'}, "workload.0.sql", "at least 1 character"),
        ({"params": "[[1]]"}, "workload.0.params.0", "valid"),
        ({"claims": "{ at = 2025-01-01 }"}, "workload.0.claims", "claims are texts"),
    ],
)
def test_what_cannot_be_used_is_named(change: dict[str, str], where: str, why: str) -> None:
    with pytest.raises(CannotRun) as caught:
        read(GOOD | change)

    assert where in caught.value.where
    assert why in caught.value.why


def test_two_queries_with_one_name_cannot_be_told_apart() -> None:
    with pytest.raises(CannotRun) as caught:
        read(GOOD, GOOD)

    assert "two queries are called latest" in caught.value.why
