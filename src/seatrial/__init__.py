"""Seatrial proves a database release on a real PostgreSQL before it runs, then deploys and verifies it."""

__version__ = "0.1.0"
