"""`seatrial hub`: the service on an embedded database with sample tenants, for development and for a first look."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

import uvicorn

from integrations_hub.app import create_app
from integrations_hub.command.listening import listen, url_of
from integrations_hub.command.people import KEPT, PEOPLE, anonymous_key, kept_secrets, token_for
from integrations_hub.command.serve import GRACE_SECONDS
from integrations_hub.edge.logs import Log
from integrations_hub.edge.protocol import Protocol
from integrations_hub.pages.signins import SignIns
from integrations_hub.settings import Settings
from integrations_hub.store.database import role_of
from integrations_hub.store.prepare import prepare
from seatrial.errors import CannotRun
from seatrial.flows.sample_tenants import reset_sample_tenants, sample_folder, sample_tenants
from seatrial.model.outcome import Done, Outcome

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from fastapi import FastAPI

    from seatrial.flows.sample_tenants import SampleTenants
    from seatrial.model.narrator import Narrator

__all__ = ["sample", "token_of"]

LOG = "hub.log"

SHOWN = ("ada", "max", "super")
#: Runs commands one after the other, and lets others go first.
IN_TURN = """
import json, os, subprocess, sys
os.nice(10)
for words in json.loads(sys.argv[1]):
    subprocess.run([sys.executable, "-c", "from seatrial.cli.app import main; main()", *words])
"""
#: What the release stands on; the readiness report is about what comes after it.
BEFORE = "20241201000003"


def sample(*, port: int, reset: bool, narrator: Narrator, opened: Callable[[Outcome], None]) -> Outcome:
    """Run it until Ctrl-C.

    Args:
        port: of this machine; 0 for any.
        reset: begin with a new database.
        narrator: told how it comes along.
        opened: told the address and the links when it takes requests.

    Raises:
        CannotRun: the port is taken, or another hub uses the database.
    """
    if reset:
        reset_sample_tenants()
    with ExitStack() as stack, listen("127.0.0.1", port) as listener, sample_tenants(narrator) as tenants:
        address = url_of(listener)
        kept = kept_secrets(tenants.folder)
        prepare(tenants.deployer_dsn, role_of(tenants.dsn), scheduler="service")
        signins = SignIns()
        links = {name: signins.offer(f"{name}, {PEOPLE[name][1]}", partial(token_for, kept, name)) for name in SHOWN}
        # Standard error is for whoever started it, and the links would scroll away.
        log = stack.enter_context((tenants.folder / LOG).open("a", encoding="utf-8"))
        app = create_app(_settings(tenants, kept, address), signins=signins, with_jobs=True, log=Log(log))
        # It ends in order at Ctrl-C, and passes it on afterwards.
        with _pages_of_the_release(tenants), suppress(KeyboardInterrupt):
            _Server(app, lambda: opened(_opened(address, links, kept, tenants.folder / LOG))).run([listener])
    return Outcome(command="hub", summary="The hub has stopped; its database is kept.", next=("seatrial hub",))


def token_of(person: str) -> str:
    """An access token of a sample tenant.

    Raises:
        CannotRun: there is nobody of that name, or no hub yet.
    """
    if person not in PEOPLE:
        raise CannotRun(
            "hub.nobody", f"there is no {person} among the sample tenants", fix=f"one of {', '.join(PEOPLE)}"
        )  # fmt: skip
    if not (sample_folder() / KEPT).exists():
        raise CannotRun("hub.not-begun", "there is no hub to sign in to yet", fix="seatrial hub")
    return token_for(kept_secrets(sample_folder()), person)


class _Server(uvicorn.Server):
    def __init__(self, app: FastAPI, opened: Callable[[], None]) -> None:
        config = uvicorn.Config(
            app, http=Protocol, log_config=None, access_log=False, server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )  # fmt: skip
        super().__init__(config)
        self._opened = opened

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say so when requests are taken, and not before."""
        await super().startup(sockets)
        self._opened()


def _settings(tenants: SampleTenants, kept: Mapping[str, str], address: str) -> Settings:
    # The key goes by the environment, as it does where a person sets the hub up.
    os.environ["HUB_SAMPLE_KEY"] = kept["key"]
    (tenants.folder / "releases").mkdir(exist_ok=True)
    return Settings.model_validate(
        {
            "database": {"dsn": tenants.dsn},
            "tokens": {"secret": kept["token"]},
            "keys": {"primary": "sample-hub", "known": {"sample-hub": {"env": "HUB_SAMPLE_KEY"}}},
            "service": {"address": address, "releases": str(tenants.folder / "releases")},
            "providers": {"email": {"private_hosts": True}},
        }
    )


def _opened(address: str, links: Mapping[str, str], kept: Mapping[str, str], log: Path) -> Outcome:
    lines = (f"sign in as {name}, {PEOPLE[name][1]}: {address}/sign-in/{links[name]}" for name in links)
    notes = (
        f"address: {address}",
        *lines,
        f"API: {address}/rest/v1 and /v1, with the key {anonymous_key(kept)}",
        f"log: {log}",
    )
    return Outcome(
        command="hub", body=Done(notes=notes), summary=f"The hub runs at {address} until Ctrl-C.",
        next=("seatrial hub token ada", "seatrial hub --reset"),
    )  # fmt: skip


@contextmanager
def _pages_of_the_release(tenants: SampleTenants) -> Iterator[None]:
    """Seatrial's own pages for operators, written beside the hub: the readiness report, and how the release is now."""
    folder, release = tenants.folder / "releases", str(tenants.release)
    report = ["report", release, "--after", BEFORE, "--no-mutants", "--out", str(folder / "readiness.html")]
    watch = ["watch", release, "--target", tenants.deployer_dsn, "--once", "--no-verify", "--after", BEFORE]
    watch += ["--out", str(folder)]
    wanted = [watch] if (folder / "readiness.html").exists() else [watch, report]
    # As a process group, so that it ends with the hub; whoever looks at the hub comes first.
    with subprocess.Popen(
        [sys.executable, "-c", IN_TURN, json.dumps(wanted)], start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as writing:  # fmt: skip
        try:
            yield
        finally:
            with suppress(ProcessLookupError):
                os.killpg(writing.pid, signal.SIGTERM)
