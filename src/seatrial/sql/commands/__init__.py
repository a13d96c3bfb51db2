"""SQL statements become records: what each does to a schema, as far as its text says it."""
