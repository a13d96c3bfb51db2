"""The health of a database: its indexes and tables, looked at once or every week, with SQL for each remedy."""
