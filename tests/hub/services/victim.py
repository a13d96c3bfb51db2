"""A process that works on a database and is killed in the middle; run as a program by the tests."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, cast

from tests.hub.ground import ADA, HARBOUR
from tests.hub.services.pretence import KEYS, TOKEN, Pretended, Registry, person

from integrations_hub.domain.secret import Secret
from integrations_hub.services.rotation import Rotation
from integrations_hub.services.use_cases import UseCases
from integrations_hub.settings import Keys
from integrations_hub.store.database import Database
from integrations_hub.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hub.ground import Ground

    from integrations_hub.domain.outside import Account
    from integrations_hub.domain.sealed import Sealed
    from integrations_hub.providers.registry import Providers

__all__ = ["killed"]

ROOT = Path(__file__).parents[3]


def killed(ground: Ground, what: str, *words: str) -> None:
    """Let it begin one of the functions of `KINDS`, and be killed where that says so."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.hub.services.victim", ground.dsn, what, *words],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _sending(database: Database, integration: str, key: str) -> None:
    """Killed between the reservation and the message."""
    providers = cast("Providers", Registry(Pretended(meanwhile=_die)))
    cases = UseCases.of(database=database, vault=_vault("old"), providers=providers, address="https://hub.example")
    cases.integrations.test(person(ADA), integration, "4711", "hello", key)


def _connecting(database: Database) -> None:
    """Killed before the provider is told where to call."""

    class Deadly(Pretended):
        def announce(self, _account: Account, _address: str) -> None:
            _die()

    providers = cast("Providers", Registry(Deadly()))
    cases = UseCases.of(database=database, vault=_vault("old"), providers=providers, address="https://hub.example")
    cases.integrations.connect(person(ADA), HARBOUR, "telegram", {}, Secret({"token": TOKEN}))


def _rotating(database: Database, rows: str) -> None:
    """Killed before it writes the row of this number."""
    numbers = count(1)

    class Mortal(Vault):
        def rewrap(self, organization_id: str, integration_id: str, envelope: Sealed) -> Sealed:
            if next(numbers) == int(rows):
                _die()
            return super().rewrap(organization_id, integration_id, envelope)

    keys = Keys.model_validate(KEYS | {"primary": "new"})
    Rotation(database=database, vault=Mortal(keys)).run(batch=3)


def _vault(primary: str) -> Vault:
    return Vault(Keys.model_validate(KEYS | {"primary": primary}))


KINDS: dict[str, Callable[..., None]] = {"connecting": _connecting, "sending": _sending, "rotating": _rotating}

if __name__ == "__main__":
    _database = Database(sys.argv[1], connections=4)
    _database.open()
    KINDS[sys.argv[2]](_database, *sys.argv[3:])
