"""Media types: what the answer shall be, and what the body is."""

from __future__ import annotations

from functools import lru_cache

from integrations_hub.dialect.refusals import bad_body, missing
from integrations_hub.domain.refusal import Refusal

__all__ = ["JSON", "SINGLE", "read_accept", "read_content_type"]

JSON = "application/json"
SINGLE = "application/vnd.pgrst.object+json"
ARRAY = "application/vnd.pgrst.array+json"
ANY = {"*/*", "application/*", ""}
#: PostgREST has them, the hub has not.
MISSING = {
    "text/csv": "CSV",
    "application/geo+json": "GeoJSON",
    "application/vnd.pgrst.plan": "execution plans",
    "application/octet-stream": "binary media",
    "text/plain": "text media",
    "text/xml": "XML media",
    "application/x-www-form-urlencoded": "forms as bodies",
}


@lru_cache(maxsize=64)
def read_accept(header: str | None) -> tuple[bool, bool]:
    """Whether one object is wanted, and whether without nulls: by the first that the hub has, in order of preference.

    Raises:
        Refusal: none of them is there.
    """
    wanted = _by_preference(header or "*/*")
    for name, parameters in wanted:
        if name in ANY or name in {JSON, SINGLE, ARRAY, "application/vnd.pgrst.object", "application/vnd.pgrst.array"}:
            return "object" in name, parameters.get("nulls") == "stripped"
    for name, _ in wanted:
        if what := MISSING.get(name.partition("+")[0] if "plan" in name else name):
            raise missing(f"{what} ({name})", "in the header Accept")
    names = ", ".join(name for name, _ in wanted)
    raise Refusal(406, "PGRST107", f"None of these media types are available: {names}")


def read_content_type(header: str | None) -> None:
    """Take JSON, which is also what a body is that does not say what it is.

    Raises:
        Refusal: it is something else.
    """
    name = (header or JSON).partition(";")[0].strip().lower()
    if name in {JSON, SINGLE, ARRAY, "application/vnd.pgrst.object", "application/vnd.pgrst.array"}:
        return
    if what := MISSING.get(name):
        raise missing(f"{what} ({name})", "in the header Content-Type")
    raise bad_body(f"Content-Type not acceptable: {name}")


def _by_preference(header: str) -> list[tuple[str, dict[str, str]]]:
    found = []
    for part in header.split(","):
        name, *parameters = (each.strip() for each in part.split(";"))
        named = dict(_pair(each) for each in parameters)
        found.append((name.lower(), named))
    return sorted(found, key=lambda each: -_quality(each[1].get("q", "1")))


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip().lower(), value.strip().strip('"')


def _quality(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
