"""Seatrial proves a database release on a real PostgreSQL before it runs, then deploys and verifies it."""

from importlib.metadata import version

__version__ = version("seatrial")
