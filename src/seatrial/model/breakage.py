"""What `seatrial demo --watch` breaks on purpose."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Breakage"]


class Breakage(StrEnum):
    """What goes wrong after the deployment."""

    #: A hotfix drops an index of a table that the release changed, and makes the release's own useless.
    INDEX = "index"
    #: A hotfix replaces a policy of the release: admins cannot write any more.
    POLICY = "policy"
    #: The integration of one organization fails.
    INTEGRATION = "integration"
