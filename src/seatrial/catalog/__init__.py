"""A database's schema as records: read, compare, fingerprint; the same on PostgreSQL 15 to 18.

What is read: schemas, extensions, types, sequences, tables with their columns, constraints, indexes, triggers,
policies, rules and statistics, views, routines, event triggers, publications, default privileges, foreign
servers and tables, jobs of pg_cron; each with owner, comment and privileges.
What is not: roles and their settings, user mappings, rows, and what an extension brought along.
"""

from seatrial.catalog.comparison import compare, owned
from seatrial.catalog.reader import read
from seatrial.catalog.record import fingerprint, from_record, to_record

__all__ = ["compare", "fingerprint", "from_record", "owned", "read", "to_record"]
