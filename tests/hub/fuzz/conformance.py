"""Calls every operation of an OpenAPI document with values that it allows, and holds the answers against it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from tests.hub.fuzz.judgement import INTERNALS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schemathesis import Case

__all__ = ["Conformance", "walk"]

load_all_checks()
#: That what is answered is what is documented, for the right and for the wrong.
CONFORMANCE: Any = CHECKS.get_by_names([
    "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance",
])  # fmt: skip


@dataclass(slots=True)
class Conformance:
    """What came of it."""

    calls: int = 0
    #: Operations that answered something with success.
    succeeded: set[str] = field(default_factory=set)
    operations: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)


def walk(
    document: Mapping[str, Any], address: str, headers: Mapping[str, str], *,
    examples: int, wanted: Callable[[str], bool] = lambda _: True,
) -> Conformance:  # fmt: skip
    """Call them; the same values every time.

    Args:
        document: OpenAPI, of version 2 or 3.
        address: of the hub.
        headers: of every request.
        examples: calls of each operation, at most.
        wanted: which operations, by method and path.
    """
    found = Conformance()
    for result in schemathesis.openapi.from_dict(dict(document)).get_all_operations():
        assert isinstance(result, Ok), result
        operation = result.ok()
        if not wanted(operation.label):
            continue
        found.operations.add(operation.label)

        @settings(max_examples=examples, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(case=operation.as_strategy())
        def call(case: Case[Any]) -> None:
            _call(case, address, headers, found)

        call()
    return found


def _call(case: Case[Any], address: str, headers: Mapping[str, str], found: Conformance) -> None:
    response = case.call(base_url=address, headers=dict(headers), timeout=60)
    found.calls += 1
    said = f"{case.as_curl_command()}\n    {response.status_code} {response.text[:600]}"
    if response.status_code < 400:
        found.succeeded.add(case.operation.label)
    elif response.status_code >= 500 and response.status_code != 501:
        found.wrong.append(said)
        return
    else:
        found.wrong += [f"names {word!r}: {said}" for word in INTERNALS if word in response.text]
    try:
        case.validate_response(response, checks=CONFORMANCE)
    except FailureGroup as group:
        found.wrong += [f"{failure}\n{said}" for failure in group.exceptions]
