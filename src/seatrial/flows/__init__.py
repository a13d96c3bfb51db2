"""One file per verb: runs the stages in order and is the only code that sees two of them."""
