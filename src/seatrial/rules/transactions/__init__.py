"""Whether a file is applied as a whole or not at all."""
