"""For what watches the hub: whether it lives, whether it can work, and its figures."""

from __future__ import annotations

import secrets

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.exceptions import HTTPException
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotations
from starlette.responses import JSONResponse, Response

from integrations_hub.edge.hub import hub_of

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


@router.get("/health/live")
async def live() -> JSONResponse:
    """Whether the process answers; the database is not asked, so that its restart restarts nothing else."""
    return JSONResponse({"status": "alive"})


@router.get("/health/ready")
async def ready(request: Request) -> JSONResponse:
    """Whether requests can be answered; if not, 503 and what is missing."""
    if missing := await hub_of(request).readiness.missing():
        return JSONResponse({"status": "not ready", "missing": missing}, status_code=503)
    return JSONResponse({"status": "ready", "missing": []})


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """The figures, for whoever has the token of the settings; for anybody else there is nothing here."""
    hub = hub_of(request)
    token = hub.settings.service.metrics_token
    given = request.headers.get("authorization", "")
    if token is None or not secrets.compare_digest(given.encode(), f"Bearer {token.get_secret_value()}".encode()):
        raise HTTPException(404)
    return Response(hub.figures.exposition(), media_type=CONTENT_TYPE_LATEST)
