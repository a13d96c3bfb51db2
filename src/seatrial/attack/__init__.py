"""Attacks a database with seeded tenants as every kind of user, and notes what got through."""
