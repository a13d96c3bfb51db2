"""Finds the providers: each folder beside this file that has a provider module; nothing is listed anywhere."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING

import integrations_hub.providers
from integrations_hub.providers.guard import Guarded
from seatrial.errors import CannotRun

if TYPE_CHECKING:
    from types import ModuleType

    from integrations_hub.providers.provider import Provider
    from integrations_hub.settings import Settings

__all__ = ["Providers", "folders"]


def folders(package: ModuleType = integrations_hub.providers) -> tuple[Path, ...]:
    """The folder of each provider, by name."""
    found = (module.name for module in iter_modules(package.__path__) if module.ispkg)
    specs = (find_spec(f"{package.__name__}.{name}.provider") for name in sorted(found))
    return tuple(Path(spec.origin).parent for spec in specs if spec is not None and spec.origin is not None)


class Providers:
    """All of them, each with its guard; one object for the process, as the guards count and remember."""

    def __init__(self, settings: Settings, *, package: ModuleType = integrations_hub.providers) -> None:
        """Makes each by the function `create` of its module.

        Args:
            settings: the operator's.
            package: whose folders are looked through.

        Raises:
            CannotRun: settings for a type that there is not.
        """
        self._pages: dict[str, Path] = {}
        self._providers: dict[str, Provider] = {}
        for folder in folders(package):
            module = import_module(f"{package.__name__}.{folder.name}.provider")
            self._providers[folder.name] = Guarded(module.create(settings.provider(folder.name)))
            self._pages[folder.name] = folder / "page.md"
        if unknown := set(settings.providers) - set(self._providers):
            raise CannotRun(
                "hub.unknown-provider", f"the hub has no provider {', '.join(sorted(unknown))}",
                where="hub.toml, [providers]", fix=f"one of {', '.join(self._providers)}",
            )  # fmt: skip

    def types(self) -> tuple[str, ...]:
        """As in public.integration_types; each is the name of its folder."""
        return tuple(self._providers)

    def of(self, integration_type: str) -> Provider:
        """One of them.

        Raises:
            KeyError: nothing here speaks to a service of this type.
        """
        return self._providers[integration_type]

    def page(self, integration_type: str) -> str:
        """What an administrator has to know of it, in Markdown.

        Raises:
            KeyError: nothing here speaks to a service of this type.
        """
        return self._pages[integration_type].read_text(encoding="utf-8")
