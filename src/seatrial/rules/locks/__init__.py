"""Who has to wait while a release is deployed, and for how long."""
