"""HTTP for people: the dashboard, rendered on the server."""

from __future__ import annotations
