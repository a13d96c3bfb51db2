"""Compiles the bodies of functions against the schema, as the server does when they are first called."""
