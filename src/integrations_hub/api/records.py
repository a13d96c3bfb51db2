"""What /v1 takes and gives, as pydantic checks it and OpenAPI describes it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime  # noqa: TC003 - pydantic reads the annotations
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID  # noqa: TC003 - pydantic reads the annotations

from pydantic import BaseModel, ConfigDict, Field, JsonValue, SecretStr

from integrations_hub.domain.integration import Status  # noqa: TC001 - pydantic reads the annotations

if TYPE_CHECKING:
    from integrations_hub.domain import integration as domain

__all__ = [
    "OUTSIDE", "REFUSALS", "Connect", "Health", "Healthy", "IdempotencyKey", "Integration", "Problem", "Rotate",
    "Secrets", "Sent", "TestMessage", "Type", "TypeField", "TypeName", "Usage", "integration",
]  # fmt: skip

TypeName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,49}$")]
#: What a header can hold and a person can read.
IdempotencyKey = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Secrets = dict[Name, Annotated[SecretStr, Field(min_length=1, max_length=20_000)]]


class _Taken(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class _Given(BaseModel):
    model_config = ConfigDict(frozen=True)


class Connect(_Taken):
    """How a service is to be connected."""

    configuration: dict[Name, JsonValue] = Field(default_factory=dict, max_length=50, description="Settings.")
    secret: Secrets = Field(
        default_factory=dict, max_length=20, description="Written and never read; those that are absent stay."
    )
    check_first: bool = Field(
        default=True, alias="check", description="Whether the service has to take them before they are kept."
    )


class Rotate(_Taken):
    """New secrets."""

    secret: Secrets = Field(min_length=1, max_length=20, description="Written and never read.")


class TestMessage(_Taken):
    """A message to one receiver."""

    __test__ = False
    to: str = Field(min_length=1, max_length=320, description="See `receiver` of the type.")
    text: str = Field(min_length=1, max_length=4096)


class Problem(_Given):
    """Why the answer is no."""

    code: str
    message: str
    details: str | None = None
    hint: str | None = None
    request_id: str | None = Field(default=None, description="By which the request is found in the log.")


class Integration(_Given):
    """An integration of an organization; its secrets are never given."""

    id: UUID
    organization_id: UUID
    integration_type: str
    is_active: bool
    status: Status
    configuration: dict[str, JsonValue]
    last_sync_at: datetime | None
    last_error: str | None
    created_at: datetime | None
    updated_at: datetime | None


class TypeField(_Given):
    """One thing that an administrator fills in."""

    name: str
    label: str
    help: str
    is_secret: bool
    is_required: bool
    default: str
    kind: str
    choices: list[str]
    is_destination: bool = Field(description="Whether the secrets are given anew when this changes.")


class Type(_Given):
    """A type that an integration can have."""

    integration_type: str
    label: str
    description: str
    is_available: bool = Field(description="Whether the hub connects it.")
    receiver: str = Field(description="What a receiver of messages is.")
    fields: list[TypeField]


class Sent(_Given):
    """The provider took the message."""

    provider_id: str = Field(description="By which the provider knows it.")


class Healthy(_Given):
    """The provider answered, and takes the credentials."""

    said: str
    duration_ms: float


class Health(_Given):
    """How an integration is."""

    integration_id: UUID
    integration_type: str
    label: str
    is_active: bool
    status: Status
    health: str = Field(description="inactive, unhealthy, unknown, degraded or healthy.")
    reasons: list[str]
    last_sync_at: datetime | None
    last_error: str | None
    calls_24_hours: int
    failures_24_hours: int
    calls_30_days: int
    failures_30_days: int
    average_duration_ms_30_days: float | None
    last_used_at: datetime | None


class Usage(_Given):
    """How an integration was used on one day."""

    integration_id: UUID
    integration_type: str
    usage_date: date
    calls: int
    failures: int
    average_duration_ms: float | None
    max_duration_ms: float | None


def integration(of: domain.Integration) -> Integration:
    """As it is given."""
    return Integration.model_validate(asdict(of))


def _problems(**words: str) -> dict[int | str, dict[str, Any]]:
    return {int(status[1:]): {"model": Problem, "description": text} for status, text in words.items()}


REFUSALS = _problems(
    _400="The request cannot be read.",
    _401="No token, or one that does not hold.",
    _403="Only an administrator or owner may do this.",
    _404="Not there, or not yours; the words are the same.",
    _409="It is not in a state in which this can be done.",
    _422="Something in the request cannot be; or the service does not take it.",
    _429="Too often.",
    _503="The database, or the service, is not there at the moment.",
)
#: Of endpoints that ask the outside service.
OUTSIDE = _problems(
    _502="The service could not be reached, or answered what it does not document.",
    _504="The service did not answer in time.",
)
