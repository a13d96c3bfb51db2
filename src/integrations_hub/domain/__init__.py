"""What the hub speaks of: callers, integrations, secrets, messages, failures; standard library only."""

from __future__ import annotations
