"""Attempts through functions and triggers."""
