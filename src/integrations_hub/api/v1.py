"""The use-cases under /v1: connect, rotate, test, check, switch, health, usage."""

from __future__ import annotations

from collections.abc import Callable, Coroutine  # noqa: TC003 - FastAPI reads the annotations
from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID  # noqa: TC003 - FastAPI reads the annotations

from fastapi import APIRouter, Depends, Header, Query
from fastapi.routing import APIRoute
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotations
from starlette.responses import Response  # noqa: TC002 - FastAPI reads the annotations

from integrations_hub.api import records
from integrations_hub.domain.caller import Caller
from integrations_hub.domain.refusal import Refusal
from integrations_hub.domain.secret import Secret
from integrations_hub.edge.admission import admitted
from integrations_hub.edge.callers import caller_of, organization_refused
from integrations_hub.edge.hub import hub_of
from integrations_hub.services.integrations import Integrations
from integrations_hub.services.refusals import NotFound

__all__ = ["router"]


class _Telling(APIRoute):
    """A route that tells when somebody names what is another organization's; the answer says no more than 404."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of FastAPI, and what it raised on its way."""
        handle = super().get_route_handler()

        async def telling(request: Request) -> Response:
            try:
                return await handle(request)
            except NotFound as refusal:
                if refusal.organization_id is not None:
                    organization_refused(request, await caller_of(request), refusal.organization_id)
                raise

        return telling


def _signed_in(caller: Annotated[Caller, Depends(admitted("/v1"))]) -> Caller:
    if caller.role == "anon":
        raise Refusal(
            401, "sign_in_needed", "the request has no token of a user",
            hint="send Authorization: Bearer …", headers={"WWW-Authenticate": "Bearer"},
        )  # fmt: skip
    return caller


def _integrations(request: Request) -> Integrations:
    return hub_of(request).services.integrations


_Caller = Annotated[Caller, Depends(_signed_in)]
_Integrations = Annotated[Integrations, Depends(_integrations)]

router = APIRouter(prefix="/v1", tags=["integrations"], route_class=_Telling, responses=records.REFUSALS)


@router.get("/types")
def types(caller: _Caller, integrations: _Integrations) -> list[records.Type]:
    """The types of integrations, and what an administrator fills in for those that the hub connects."""
    return [records.Type(**asdict(each)) for each in integrations.types(caller)]


@router.put("/organizations/{organization_id}/integrations/{integration_type}", responses=records.OUTSIDE)
def connect(
    organization_id: UUID, integration_type: records.TypeName, body: records.Connect, caller: _Caller,
    integrations: _Integrations,
) -> records.Integration:  # fmt: skip
    """Connect a service, or configure the one that is connected.

    Secrets that are not given stay as they are; where a setting changes that decides where they are sent, each is given
    again.
    """
    return records.integration(integrations.connect(
        caller, str(organization_id), integration_type, body.configuration, _revealed(body.secret),
        check=body.check_first,
    ))  # fmt: skip


@router.put("/integrations/{integration_id}/credentials", responses=records.OUTSIDE)
def rotate(
    integration_id: UUID, body: records.Rotate, caller: _Caller, integrations: _Integrations
) -> records.Integration:
    """Replace secrets of an integration; no request gives them back."""
    return records.integration(integrations.rotate(caller, str(integration_id), _revealed(body.secret)))


@router.post("/integrations/{integration_id}/test", responses=records.OUTSIDE)
def test(
    integration_id: UUID, body: records.TestMessage, caller: _Caller, integrations: _Integrations,
    key: Annotated[records.IdempotencyKey, Header(alias="Idempotency-Key")],
) -> records.Sent:  # fmt: skip
    """Send a test message, at most once for each Idempotency-Key: the same key gives the earlier answer."""
    sent = integrations.test(caller, str(integration_id), body.to, body.text, key)
    return records.Sent(provider_id=sent.provider_id)


@router.post("/integrations/{integration_id}/check", responses=records.OUTSIDE)
def check(integration_id: UUID, caller: _Caller, integrations: _Integrations) -> records.Healthy:
    """Ask the provider now whether it answers and takes the credentials."""
    healthy = integrations.check(caller, str(integration_id))
    return records.Healthy(said=healthy.said, duration_ms=healthy.duration_ms)


@router.post("/integrations/{integration_id}/enable", responses=records.OUTSIDE)
def enable(integration_id: UUID, caller: _Caller, integrations: _Integrations) -> records.Integration:
    """Switch an integration on, and look at once how it is."""
    return records.integration(integrations.enable(caller, str(integration_id)))


@router.post("/integrations/{integration_id}/disable")
def disable(integration_id: UUID, caller: _Caller, integrations: _Integrations) -> records.Integration:
    """Switch an integration off: nothing is sent or received until it is switched on."""
    return records.integration(integrations.disable(caller, str(integration_id)))


@router.get("/organizations/{organization_id}/health")
def health(organization_id: UUID, caller: _Caller, integrations: _Integrations) -> list[records.Health]:
    """How each integration of an organization is, and why."""
    return [records.Health(**row) for row in integrations.health(caller, str(organization_id))]


@router.get("/organizations/{organization_id}/usage")
def usage(
    organization_id: UUID, caller: _Caller, integrations: _Integrations,
    days: Annotated[int, Query(ge=1, le=366)] = 30,
) -> list[records.Usage]:  # fmt: skip
    """How the integrations of an organization were used, by day (in UTC)."""
    return [records.Usage(**row) for row in integrations.usage(caller, str(organization_id), days)]


def _revealed(secret: records.Secrets) -> Secret:
    return Secret({name: value.get_secret_value() for name, value in secret.items()})
