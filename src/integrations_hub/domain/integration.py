"""An integration of an organization, and how its state follows from what happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

__all__ = ["Integration", "Status"]


class Status(StrEnum):
    """As the column public.integrations.status has it."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    ERROR = "error"
    RATE_LIMITED = "rate_limited"


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """One row of public.integrations."""

    id: str
    organization_id: str
    integration_type: str
    is_active: bool = False
    status: Status = Status.INACTIVE
    configuration: Mapping[str, Any] = field(default_factory=dict)
    last_sync_at: datetime | None = None
    #: In words for a person, without secrets; none after a success.
    last_error: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
