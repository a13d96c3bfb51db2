"""Drawings as SVG text that stands in a page by itself: no script, nothing fetched, light, dark and printed."""
