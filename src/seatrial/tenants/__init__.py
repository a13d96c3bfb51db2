"""Tenants on a scratch: kinds of users, and rows of two tenants in every table."""
