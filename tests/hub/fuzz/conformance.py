"""Calls every operation of an OpenAPI document with values that it allows, and holds the answers against it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from tests.hub.fuzz.judgement import INTERNALS
from tests.hub.ground import ADA, bearer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from schemathesis import Case

__all__ = ["Conformance", "documents", "walk"]

load_all_checks()
#: That what is answered is what is documented, for the right and for the wrong.
CONFORMANCE_WITHOUT_BODY: Any = CHECKS.get_by_names(["status_code_conformance", "response_headers_conformance"])
CONFORMANCE: Any = [
    *CONFORMANCE_WITHOUT_BODY,
    *CHECKS.get_by_names(["content_type_conformance", "response_schema_conformance"]),
]


@dataclass(slots=True)
class Conformance:
    """What came of it."""

    calls: int = 0
    #: Operations that answered something with success.
    succeeded: set[str] = field(default_factory=set)
    operations: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)


def documents(address: str, *, examples: int) -> Iterator[tuple[str, Conformance]]:
    """Walk both documents of a hub as Ada, an administrator of Harbour; yields where each is, and what came of it."""
    for path, base in (("/rest/v1/", f"{address}/rest/v1"), ("/v1/openapi.json", address)):
        response = httpx.get(f"{address}{path}", headers=bearer(ADA), timeout=30)
        assert response.status_code == 200, response.text
        # Whoever erases their data belongs nowhere afterwards, and everything else would be asked by nobody.
        yield (
            path,
            walk(response.json(), base, bearer(ADA), examples=examples, wanted=lambda name: "erase_" not in name),
        )


def walk(
    document: Mapping[str, Any], address: str, headers: Mapping[str, str], *,
    examples: int, wanted: Callable[[str], bool] = lambda _: True, known: Mapping[str, str] | None = None,
) -> Conformance:  # fmt: skip
    """Call them; the same values every time.

    Args:
        document: OpenAPI, of version 2 or 3.
        address: of the hub.
        headers: of every request.
        examples: calls of each operation, at most.
        wanted: which operations, by method and path.
        known: parts of paths that are not left to chance.
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
        @given(case=operation.as_strategy(path_parameters=_of_path(operation.path, known or {})))
        def call(case: Case[Any]) -> None:
            _call(case, address, headers, found)

        call()
    return found


def _of_path(path: str, known: Mapping[str, str]) -> dict[str, str] | None:
    return {name: value for name, value in known.items() if f"{{{name}}}" in path} or None


def _is_documented(case: Case[Any], status: int) -> bool:
    """A failure of the hub itself is never in order; a provider's is, where it is documented."""
    return status == 501 or (status != 500 and str(status) in case.operation.definition.raw["responses"])


def _call(case: Case[Any], address: str, headers: Mapping[str, str], found: Conformance) -> None:
    response = case.call(base_url=address, headers=dict(headers), timeout=60)
    found.calls += 1
    said = f"{case.as_curl_command()}\n    {response.status_code} {response.text[:600]}"
    if response.status_code < 400:
        found.succeeded.add(case.operation.label)
    elif response.status_code >= 500 and not _is_documented(case, response.status_code):
        found.wrong.append(said)
        return
    else:
        found.wrong += [f"names {word!r}: {said}" for word in INTERNALS if word in response.text]
    try:
        case.validate_response(response, checks=CONFORMANCE if response.content else CONFORMANCE_WITHOUT_BODY)
    except FailureGroup as group:
        found.wrong += [f"{failure}\n{said}" for failure in group.exceptions]
