"""Rights of clients that row security does not bind, roles that it does not bind, and passwords in files."""
