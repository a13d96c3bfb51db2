"""Applies migrations on a scratch and records what each statement did."""
