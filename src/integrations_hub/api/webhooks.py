"""Where providers call the hub: verified, kept, and only then answered with a yes."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotations
from starlette.responses import Response

from integrations_hub.domain.outside import WebhookCall
from integrations_hub.domain.refusal import Refusal
from integrations_hub.edge.callers import webhook_refused
from integrations_hub.edge.hub import hub_of
from integrations_hub.services.refusals import WebhookRefused, webhook_not_found

__all__ = ["LARGEST", "router"]

#: Bytes of a call; WhatsApp documents at most three megabytes.
LARGEST = 4 * 1024 * 1024

#: For providers, who know what they send; not in the description of the API.
router = APIRouter(prefix="/v1/webhooks", include_in_schema=False)


@router.get("/{integration_type}/{integration_id}")
async def ask(request: Request, integration_type: str, integration_id: str) -> Response:
    """A provider asks whether this is the address that it was told."""
    return await _received(request, integration_type, integration_id)


@router.post("/{integration_type}/{integration_id}")
async def tell(request: Request, integration_type: str, integration_id: str) -> Response:
    """A provider tells what happened."""
    return await _received(request, integration_type, integration_id)


async def _received(request: Request, integration_type: str, integration_id: str) -> Response:
    call = WebhookCall(
        method=request.method, headers=dict(request.headers), query=dict(request.query_params),
        body=await _body(request), at=datetime.now(UTC),
    )  # fmt: skip
    receive = hub_of(request).services.receiving.receive
    try:
        received = await run_in_threadpool(receive, integration_type, _identifier(integration_id), call)
    except WebhookRefused as refused:
        webhook_refused(request, "signature", integration_type, refused.organization_id)
        raise
    # What a provider wants to hear again may be made up by whoever calls: no browser is to take it for a page.
    return Response(received.reply, media_type=received.content_type, headers={"X-Content-Type-Options": "nosniff"})


def _identifier(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise webhook_not_found() from None


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise Refusal(413, "too_large", f"a call has at most {LARGEST} bytes")
    return bytes(body)
