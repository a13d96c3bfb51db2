"""Attempts on tables: their rows, columns, keys and foreign keys."""
