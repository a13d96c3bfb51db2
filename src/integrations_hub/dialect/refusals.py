"""The ways in which the dialect says no, with the codes that PostgREST documents."""

from __future__ import annotations

from integrations_hub.domain.refusal import Refusal

__all__ = ["bad_body", "malformed", "missing", "unsatisfiable"]

PART = "The hub speaks a part of PostgREST's dialect: docs/reference/hub-dialect.md says which."


def malformed(message: str, details: str) -> Refusal:
    """A query string that cannot be read: what, and where."""
    return Refusal(400, "PGRST100", message, details=details)


def missing(what: str, where: str | None = None) -> Refusal:
    """A part of PostgREST's dialect that the hub does not have."""
    return Refusal(501, "PGRST127", f"Not implemented: {what}", details=where, hint=PART)


def bad_body(message: str, details: str | None = None) -> Refusal:
    """A body that is not what was to be sent."""
    return Refusal(400, "PGRST102", message, details=details)


def unsatisfiable(details: str, **headers: str) -> Refusal:
    """A range of rows that cannot be."""
    return Refusal(416, "PGRST103", "Requested range not satisfiable", details=details, headers=headers)
