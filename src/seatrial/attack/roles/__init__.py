"""Attempts that depend on the role of the database alone."""
