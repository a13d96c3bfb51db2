"""Finds the server's log, follows it through its files, and takes from a line what may be kept of it."""
