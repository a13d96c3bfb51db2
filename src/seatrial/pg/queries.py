"""Queries live in `.sql` files beside the code that asks them, one purpose each."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, LiteralString

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["load"]


@cache
def load(package: str, name: str, server_version: int = 0) -> LiteralString:
    """The text of `queries/NAME.sql` in a package, or of the variant for an older server.

    A variant is named after the first server version that no longer needs it: `columns_before_18.sql`
    serves 15 to 17. The server version is `server_version_num`; 0 means that there is no variant.
    """
    folder = files(package) / "queries"
    return _variant(folder, name, server_version // 10000).read_text(encoding="utf-8")


def _variant(folder: Traversable, name: str, major: int) -> Traversable:
    for limit in range(major + 1, 19) if major else ():
        older = folder / f"{name}_before_{limit}.sql"
        if older.is_file():
            return older
    return folder / f"{name}.sql"
