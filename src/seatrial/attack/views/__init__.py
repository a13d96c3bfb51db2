"""Attempts on views, and on what is seen through them."""
