"""What a watch has seen, told as a page: pure, from what was written down and a time that is given."""
