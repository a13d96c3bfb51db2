"""The records that travel between stages: frozen, keyword-only, standard library only."""
