"""Secrets that cannot be printed by mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Secret"]


class Secret:
    """Named secrets of one integration, such as an access token; shows only the names."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)

    def reveal(self, name: str) -> str:
        """The value, for whoever sends it to its provider.

        Raises:
            KeyError: there is none of that name.
        """
        return self._values[name]

    def reveal_all(self) -> dict[str, str]:
        """Every value, for the vault."""
        return dict(self._values)

    def names(self) -> tuple[str, ...]:
        """Which there are."""
        return tuple(sorted(self._values))

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __repr__(self) -> str:
        return f"Secret({', '.join(self.names())})"

    def __reduce__(self) -> str:
        raise TypeError("a secret is not pickled")

    __str__ = __repr__
