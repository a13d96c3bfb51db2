"""Telegram: messages through a bot."""

from __future__ import annotations
