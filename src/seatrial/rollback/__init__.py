"""Reverse steps of a migration, derived from the schema before and after it."""
