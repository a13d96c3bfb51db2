"""The use-cases of one process, put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from integrations_hub.services.accounts import Accounts
from integrations_hub.services.checking import Checking
from integrations_hub.services.integrations import Integrations
from integrations_hub.services.receiving import Receiving
from integrations_hub.services.rotation import Rotation
from integrations_hub.services.sending import Sending

if TYPE_CHECKING:
    from integrations_hub.providers.registry import Providers
    from integrations_hub.store.database import Database
    from integrations_hub.vault.vault import Vault

__all__ = ["UseCases"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCases:
    """All of them; safe for many threads."""

    integrations: Integrations
    receiving: Receiving
    checking: Checking
    rotation: Rotation

    @classmethod
    def of(cls, *, database: Database, vault: Vault, providers: Providers, address: str) -> Self:
        """On a database, with keys and providers; `address` is where providers reach the hub."""
        accounts = Accounts(database=database, vault=vault, providers=providers, address=address)
        checking = Checking(accounts)
        return cls(
            integrations=Integrations(accounts=accounts, checking=checking, sending=Sending(accounts, checking)),
            receiving=Receiving(accounts),
            checking=checking,
            rotation=Rotation(database=database, vault=vault),
        )
