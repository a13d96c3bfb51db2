"""That somebody was not told, and how long it may take to find that out."""

from __future__ import annotations

__all__ = ["LIMIT", "NotToldError"]

#: Seconds for one message on one channel.
LIMIT = 5.0


class NotToldError(Exception):
    """One line for whoever runs the deployment: no address, no password, nothing that a server has made up."""
