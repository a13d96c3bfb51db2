"""The schema reference as one Markdown page."""
