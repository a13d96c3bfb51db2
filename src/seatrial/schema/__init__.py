"""The schema that the files of a folder build up, statement by statement, without a database."""
