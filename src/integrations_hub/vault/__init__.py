"""Secrets under an envelope: sealed, opened and wrapped anew; keys by their id."""

from __future__ import annotations
