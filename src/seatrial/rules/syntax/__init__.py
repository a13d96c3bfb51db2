"""Whether PostgreSQL's grammar takes what the files say."""
