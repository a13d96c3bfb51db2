"""Watches a release after its deployment: begins, samples, announces, takes back, ends with a record."""
