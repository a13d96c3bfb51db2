"""Expected against observed: the catalog of a target, its answers, and what people can do on it."""
