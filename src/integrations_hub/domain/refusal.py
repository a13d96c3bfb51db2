"""A request that is answered no: one shape for every error of the hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Refusal"]


class Refusal(Exception):
    """Status, code, message, details and hint, as PostgREST and Supabase's clients have them.

    Code is PostgreSQL's SQLSTATE where the database refused, PGRST… where the dialect's documentation names one, and
    else a word of ours such as `provider_unreachable`. None of the texts holds a secret or names internals.
    """

    def __init__(
        self, status: int, code: str, message: str, *,
        details: str | None = None, hint: str | None = None, headers: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.hint = hint
        #: Of the answer, such as Retry-After.
        self.headers = dict(headers or {})

    def body(self) -> dict[str, str | None]:
        """What the client gets."""
        return {"code": self.code, "message": self.message, "details": self.details, "hint": self.hint}
