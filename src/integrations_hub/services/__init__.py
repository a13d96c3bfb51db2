"""The use-cases: connect, rotate, send a test message, disable, receive, health, usage."""

from __future__ import annotations
