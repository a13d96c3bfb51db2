"""Habits that harm: types that lose what is put into them, and conditions that are never true. Nothing about taste."""
