"""Users of every kind, and valid rows of two tenants in every table."""
