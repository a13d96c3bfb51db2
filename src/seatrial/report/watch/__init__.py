"""A watch for people: the page, live or as a record, the tracking document, and lines for a terminal."""
