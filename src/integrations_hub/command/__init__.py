"""`seatrial hub`: the only room of the hub that sees the tool at work, to start a database with it."""

from __future__ import annotations

from integrations_hub.command.register import register

__all__ = ["register"]
