"""The hub on a database of one's own: processes that take requests, and workers that only do the jobs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from integrations_hub.app import create_app
from integrations_hub.edge.logs import Log, hear_libraries
from integrations_hub.settings import read_settings

if TYPE_CHECKING:
    from fastapi import FastAPI

__all__ = ["from_environment", "serve"]

SETTINGS, JOBS = "HUB_SETTINGS", "HUB_JOBS"
#: Seconds that requests which are under way have when the hub is asked to stop.
GRACE_SECONDS = 20


def serve(settings: Path, *, host: str, port: int, processes: int, with_jobs: bool) -> None:
    """Take requests until the process is asked to end.

    Args:
        settings: the file, which every process reads.
        host: where it listens.
        port: where it listens.
        processes: that take requests.
        with_jobs: whether each of them does jobs as well.

    Raises:
        CannotRun: settings that cannot be.
    """
    read_settings(settings)
    os.environ[SETTINGS], os.environ[JOBS] = str(settings.resolve()), "yes" if with_jobs else ""
    uvicorn.run(
        "integrations_hub.command.serve:from_environment", factory=True, host=host, port=port, workers=processes,
        log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=GRACE_SECONDS,
    )  # fmt: skip


def from_environment() -> FastAPI:
    """The application of one process."""
    hear_libraries(Log())
    return create_app(read_settings(Path(os.environ[SETTINGS])), with_jobs=bool(os.environ[JOBS]))
