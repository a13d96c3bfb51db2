"""One file for each source that is looked at."""
