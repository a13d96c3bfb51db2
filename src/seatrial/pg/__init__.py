"""The only importer of the driver: connections, transactions, statements, queries from `.sql` files."""
