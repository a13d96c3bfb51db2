"""Reads a release folder: settings, migration files, seeds, targets. Nothing here runs SQL."""
