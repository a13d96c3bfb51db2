"""What the pages are made of: the services behind them, and how the hub is reached."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from integrations_hub.pages.session import Cookies
from integrations_hub.pages.signins import SignIns
from integrations_hub.services.dashboard import Dashboard

if TYPE_CHECKING:
    from pathlib import Path

    from integrations_hub.domain.caller import Caller
    from integrations_hub.edge.hub import Hub
    from integrations_hub.services.integrations import Integrations, Type

__all__ = ["Site"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One dashboard."""

    dashboard: Dashboard
    integrations: Integrations
    #: As browsers reach the hub.
    address: str
    signins: SignIns = field(default_factory=SignIns)
    #: The folder with pages that Seatrial wrote.
    releases: Path | None = None

    @classmethod
    def of(cls, hub: Hub, signins: SignIns | None = None) -> Self:
        """That of a hub whose services are there; `signins` are the links of a hub for development."""
        service = hub.settings.service
        return cls(
            dashboard=Dashboard(hub.database), integrations=hub.services.integrations, address=service.address,
            signins=signins or SignIns(), releases=service.releases,
        )  # fmt: skip

    @property
    def cookies(self) -> Cookies:
        """The hub's cookies."""
        return Cookies(self.address)

    def types(self, caller: Caller) -> dict[str, Type]:
        """Types of integrations that the hub connects."""
        return {one.integration_type: one for one in self.integrations.types(caller) if one.is_available}
