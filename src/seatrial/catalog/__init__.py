"""A database's schema as records: read, compare, fingerprint; the same on PostgreSQL 15 to 18."""
