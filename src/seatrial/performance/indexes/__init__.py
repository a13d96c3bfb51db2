"""Which indexes of a release no query uses, and which are missing."""
