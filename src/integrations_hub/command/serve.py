"""The hub on a database of one's own: processes that take requests, and workers that only do the jobs."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.supervisors import Multiprocess

from integrations_hub.app import create_app
from integrations_hub.command.listening import listen
from integrations_hub.edge.logs import Log, hear_libraries
from integrations_hub.edge.protocol import Protocol
from integrations_hub.edge.siblings import FOLDER
from integrations_hub.providers.registry import Providers
from integrations_hub.settings import read_settings
from integrations_hub.store.database import connection_settings
from integrations_hub.vault.vault import Vault

if TYPE_CHECKING:
    from fastapi import FastAPI

    from integrations_hub.settings import Settings

__all__ = ["from_environment", "serve"]

SETTINGS, JOBS, PARENT = "HUB_SETTINGS", "HUB_JOBS", "HUB_PARENT"
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
        CannotRun: settings that cannot be, or an address that somebody else has.
    """
    # What is wrong is said once, and not by each process.
    _check(read_settings(settings))
    os.environ[SETTINGS], os.environ[JOBS] = str(settings.resolve()), "yes" if with_jobs else ""
    config = uvicorn.Config(
        "integrations_hub.command.serve:from_environment", factory=True, workers=processes, log_config=None,
        http=Protocol, access_log=False, server_header=False, timeout_graceful_shutdown=GRACE_SECONDS,
    )  # fmt: skip
    with listen(host, port) as listener:
        if processes == 1:
            uvicorn.Server(config).run([listener])
            return
        os.environ[PARENT] = str(os.getpid())
        with TemporaryDirectory(prefix="integrations_hub.") as figures:
            os.environ[FOLDER] = figures
            Multiprocess(config, [listener]).run()


def _check(settings: Settings) -> None:
    connection_settings(settings.database.dsn.get_secret_value())
    Vault(settings.keys).prepare()
    Providers(settings)


def from_environment() -> FastAPI:
    """The application of one process."""
    if parent := os.environ.get(PARENT):
        threading.Thread(target=_end_with, args=(int(parent),), daemon=True).start()
    hear_libraries(Log())
    return create_app(read_settings(Path(os.environ[SETTINGS])), with_jobs=bool(os.environ[JOBS]))


def _end_with(parent: int) -> None:
    """Nobody would start, stop or replace a process whose parent was killed, and it would keep the address."""
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
