"""The health of a database, for people: lines of text, and a page."""
