"""Whether every tool applies the files in the order in which a person reads them."""
