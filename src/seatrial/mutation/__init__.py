"""Weakens a release in one place at a time, to see whether the attack notices."""
