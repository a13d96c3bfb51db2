"""A deployment as one text for a SQL editor."""
