"""All that can fail: a database server, the hub as it runs in production, a worker, and the outside services."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import psycopg
from tests.faults.ports import held_port
from tests.faults.server import fault_server
from tests.hub.ground import SECRET
from tests.hub.load.crowd import organization, user
from tests.hub.providers.fakes.email import mail
from tests.hub.providers.fakes.telegram import telegram
from tests.hub.providers.fakes.whatsapp import whatsapp
from tests.postgres.release.deployed import apply, migrations

from integrations_hub.store.prepare import prepare

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Mapping, Sequence

    from tests.faults.server import FaultServer
    from tests.hub.providers.fakes.email import MailFake
    from tests.hub.providers.fakes.telegram import TelegramFake
    from tests.hub.providers.fakes.whatsapp import WhatsAppFake

__all__ = ["KEY", "House", "house"]

NAME = "hub"
KEY = "ZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmY="
#: Seconds after which what has to start has not started; the machine may be busy with other tests.
PATIENCE = 90.0
SETTINGS = """
[database]
dsn = "{dsn}"
connections = 8

[tokens]
secret = "{secret}"

[keys]
primary = "faults"
known = {{ faults = {{ command = ["printf", "{key}"] }} }}

[service]
address = "{address}"
requests_per_minute = 1000000

[providers]
whatsapp = {{ address = "{whatsapp}", timeout = 1.5 }}
telegram = {{ address = "{telegram}", timeout = 1.5 }}
email = {{ address = "{email}", timeout = 1.5 }}
"""
#: An organization and its administrator: identifiers of both, and a name.
PEOPLE = """
    with person as (
        insert into auth.users (id, aud, role, email, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
        values (%(user)s, 'authenticated', 'authenticated', %(name)s || '@example.com', '{}', '{}', now(), now())
    ), organization as (
        insert into public.organizations (id, name) values (%(organization)s, %(name)s)
    )
    insert into public.organization_members (organization_id, user_id, role, status)
    values (%(organization)s, %(user)s, 'admin', 'active')
"""


@dataclass(slots=True, kw_only=True)
class House:
    """One of everything."""

    folder: Path
    server: FaultServer
    whatsapp: WhatsAppFake
    telegram: TelegramFake
    mail: MailFake
    port: int
    #: Each with its administrator.
    organizations: int
    _programs: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Of the hub."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def dsn(self) -> str:
        """As the hub logs in."""
        return self.server.dsn(NAME, "authenticator")

    def rows(self, query: str, values: Sequence[object] | Mapping[str, object] | None = None) -> list[tuple[Any, ...]]:
        """What the database has, seen by somebody who sees everything."""
        dsn = self.server.dsn(NAME, "supabase_admin")
        with psycopg.connect(dsn, autocommit=True, options="-c search_path=procrastinate,public") as connection:
            cursor = connection.execute(query.encode(), values)
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def held_up(self, table: str) -> Iterator[None]:
        """With all who write to a table waiting in the middle of what they do, as a lock is on it."""
        with ExitStack() as stack:
            with suppress(psycopg.Error):
                connection = stack.enter_context(closing(psycopg.connect(self.server.dsn(NAME, "supabase_admin"))))
                connection.execute(f"set local lock_timeout = '2s'; lock table {table} in exclusive mode".encode())
            yield

    def begin(self) -> None:
        """Everything runs, and the hub answers."""
        self.start("serve", "--port", str(self.port), "--processes", "2")
        self.start("worker")
        self.wait()

    def start(self, what: str, *options: str) -> None:
        """Start one of the hub's programs, in a group of processes of its own; its log is continued."""
        program = Path(sys.executable).with_name("seatrial")
        command = [str(program), "hub", what, "--settings", str(self.folder / "hub.toml"), *options]
        with (self.folder / f"{what}.log").open("ab") as log:
            self._programs[what] = subprocess.Popen(
                command, stdout=subprocess.DEVNULL, stderr=log, start_new_session=True
            )

    def again(self, what: str, number: signal.Signals) -> None:
        """End one of the programs with all its processes, and start it again.

        Args:
            what: serve or worker.
            number: SIGKILL, or SIGTERM and it may finish what it does.
        """
        self._end(what, number)
        options = ("--port", str(self.port), "--processes", "2") if what == "serve" else ()
        self.start(what, *options)

    def kill_one(self, chance: random.Random) -> None:
        """Kill one of the two processes that take requests; their parent replaces it."""
        parent = self._programs["serve"].pid
        # One that ends by itself meanwhile needs nobody to kill it.
        with suppress(FileNotFoundError, ProcessLookupError):
            children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
            taking = [pid for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]
            if taking:
                os.kill(int(chance.choice(taking)), signal.SIGKILL)

    def wait(self) -> None:
        """Until the hub says that it is ready."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                if httpx.get(f"{self.address}/health/ready", timeout=10, trust_env=False).is_success:
                    return
            except httpx.HTTPError:
                pass
            if time.monotonic() > end:
                raise AssertionError(f"the hub is not ready: {self.logs()[-2000:]}")
            time.sleep(0.1)

    def end(self) -> None:
        """Stop the programs."""
        for what in list(self._programs):
            self._end(what, signal.SIGTERM)

    def logs(self) -> str:
        """All that the programs wrote."""
        return "".join(path.read_text(encoding="utf-8", errors="replace") for path in self.folder.glob("*.log"))

    def _end(self, what: str, number: signal.Signals) -> None:
        program = self._programs.pop(what)
        if number is signal.SIGKILL:
            os.killpg(program.pid, number)
            program.wait()
            return
        program.send_signal(number)
        try:
            program.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(program.pid, signal.SIGKILL)
            program.wait()
            raise AssertionError(f"the {what} does not end when it is told to") from None


@contextmanager
def house(folder: Path, *, organizations: int) -> Iterator[House]:
    """One that runs.

    Args:
        folder: for its settings, logs and certificates.
        organizations: numbered from 1, without integrations.
    """
    with ExitStack() as stack:
        server = stack.enter_context(fault_server(max_connections="100"))
        made = House(
            folder=folder, server=server, whatsapp=stack.enter_context(whatsapp()),
            telegram=stack.enter_context(telegram()), mail=stack.enter_context(mail(folder / "tls")),
            port=stack.enter_context(held_port()), organizations=organizations,
        )  # fmt: skip
        _furnish(made)
        made.begin()
        try:
            yield made
        finally:
            made.end()


def _furnish(made: House) -> None:
    made.server.clone(NAME)
    apply(made.server.dsn(NAME), migrations())
    prepare(made.server.dsn(NAME), "authenticator", scheduler="service")
    for number in range(1, made.organizations + 1):
        made.rows(PEOPLE, {"organization": organization(number), "user": user(number), "name": f"Number{number}"})
    text = SETTINGS.format(
        dsn=made.dsn, secret=SECRET, key=KEY, address=made.address, whatsapp=made.whatsapp.address,
        telegram=made.telegram.address, email=made.mail.address,
    )  # fmt: skip
    (made.folder / "hub.toml").write_text(text, encoding="utf-8")
