"""Who calls: tokens verified, and nothing believed that is not signed."""

from __future__ import annotations
