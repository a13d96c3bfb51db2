"""Whether every file of the folder is one that the tools will run: its name, its version, its bytes."""
