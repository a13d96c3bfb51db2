"""The checks: one file each, and its query in `queries/`."""
