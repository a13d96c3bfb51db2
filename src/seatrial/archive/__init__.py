"""The archive on a target: how things are put away, kept, listed, erased and brought back, as SQL."""
