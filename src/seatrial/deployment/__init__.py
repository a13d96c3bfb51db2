"""Executes migrations on a target: one deployer, one transaction a file, resumable where a file has steps."""
