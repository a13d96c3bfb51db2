"""Measures queries under row-level security on rows of a scratch: plans, times, policies, indexes and writes."""
