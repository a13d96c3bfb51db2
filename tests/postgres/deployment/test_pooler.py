"""A real PgBouncer between the deployer and the target: by transactions it is refused, by sessions it will do."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.acceptance.console import wait_until
from tests.acceptance.release import BOATS, Release
from tests.acceptance.target import Target
from tests.faults.ports import free_port

from seatrial.errors import CannotConnect
from seatrial.flows.deploy import deploy
from seatrial.model.narrator import Silent
from seatrial.model.undertaking import Undertaking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.server import FaultServer

PGBOUNCER = Path("/usr/sbin/pgbouncer")
#: It runs as no superuser of the machine.
NOBODY = "nobody"
INI = """[databases]
* = host=127.0.0.1 port={server} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
default_pool_size = {size}
"""
_numbers = count(1)


@pytest.fixture
def target(ashore: FaultServer) -> Iterator[Target]:
    """A database of it, past the pooler."""
    name = f"pooled_{next(_numbers)}"
    ashore.clone(name)
    yield Target(dsn=ashore.dsn(name))
    ashore.drop(name)


@contextmanager
def pooler(server: FaultServer, mode: str, size: int) -> Iterator[int]:
    """Its port."""
    if not PGBOUNCER.exists():
        pytest.skip("PgBouncer is not installed")
    folder, port = Path(tempfile.mkdtemp()), free_port()
    (folder / "pgbouncer.ini").write_text(INI.format(server=server.port, port=port, mode=mode, size=size))
    (folder / "pgbouncer.ini").chmod(0o644)
    folder.chmod(0o755)
    other = ("-u", pwd.getpwnam(NOBODY).pw_name) if os.geteuid() == 0 else ()
    process = subprocess.Popen(
        [str(PGBOUNCER), "-q", *other, str(folder / "pgbouncer.ini")], stderr=subprocess.PIPE, text=True
    )
    try:
        wait_until(lambda: _answers(port) or process.poll() is not None, "the pooler answers")
        assert process.poll() is None, process.communicate()[1]
        yield port
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
        shutil.rmtree(folder)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def through(port: int, target: Target, folder: Path) -> str:
    """Deploy two boats through it; the sentence that it ended with."""
    Release(root=folder).add(BOATS)
    found = deploy(
        folder, f"postgresql://postgres@127.0.0.1:{port}/{target.name}", Undertaking(unrehearsed=True),
        confirm=lambda _: None, narrator=Silent(),
    )  # fmt: skip
    return found.summary


@pytest.mark.parametrize("size", [1, 20])
def test_by_transactions_it_is_refused_on_whatever_port_and_before_anything_is_written(
    ashore: FaultServer, target: Target, tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One with a single session has the second connection wait, as long as the first is in a transaction."""
    monkeypatch.setattr("seatrial.deployment.pooler.ANSWER_SECONDS", 2.0)
    with pooler(ashore, "transaction", size) as port, target.untouched(), pytest.raises(CannotConnect) as refused:
        through(port, target, tmp_path)
    assert refused.value.code == "target.pooled-transactions"
    assert refused.value.where == f"postgres@127.0.0.1:{port}/{target.name}"
    assert "session mode" in refused.value.fix


def test_by_sessions_it_will_do(ashore: FaultServer, target: Target, tmp_path: Path) -> None:
    with pooler(ashore, "session", 20) as port:
        assert through(port, target, tmp_path).startswith("Deployed: 1 migration applied to ")
    assert target.has("public.boats")
