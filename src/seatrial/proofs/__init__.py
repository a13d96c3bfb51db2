"""Claims of a release and what decides them: a proof is two files, NAME.py and NAME.md; it judges evidence only."""
