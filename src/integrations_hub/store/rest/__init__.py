"""Runs what the dialect has read: SQL is composed, and one transaction of the caller executes it."""

from __future__ import annotations
