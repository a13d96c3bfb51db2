"""The query language of PostgREST as records: text in, records out, and no database."""

from __future__ import annotations
