"""The last guard before the terminal: whatever looks like a password in a DSN is masked."""

from __future__ import annotations

from seatrial.model.masking import redacted

__all__ = ["redacted"]
