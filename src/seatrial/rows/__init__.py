"""Generates rows that satisfy every constraint of a table, shaped by its statistics."""
