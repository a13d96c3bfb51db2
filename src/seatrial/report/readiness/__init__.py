"""The readiness report: one HTML page without scripts, made of a record and of nothing else."""
