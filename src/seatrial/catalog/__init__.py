"""A database's schema as records: read, compare, fingerprint; the same on PostgreSQL 15 to 18.

What is read: schemas, extensions, types, sequences, tables with their columns, constraints, indexes, triggers,
policies, rules and statistics, views, routines, event triggers, publications, default privileges, foreign
servers and tables, jobs of pg_cron; each with owner, comment and privileges.
What is not: roles and their settings, user mappings, subscriptions, operators, casts, collations, text search
objects, rows, the order of a table's columns, and what an extension brought along.
"""
