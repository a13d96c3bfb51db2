"""The only room that speaks to the database: every call runs as a caller or as the service, in one transaction."""

from __future__ import annotations
