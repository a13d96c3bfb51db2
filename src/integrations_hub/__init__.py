"""The integrations hub: API, providers, credentials, health, jobs and dashboard over the tables of the shipped release.

It works for many organizations on one database and decides nothing that the database can decide: every request runs as
its caller, under row-level security.
"""

from __future__ import annotations
