"""The only importer of the SQL parser: text in, statements with their places out."""
