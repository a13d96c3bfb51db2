"""Who sends the queries of the workload, and with which values: drawn from the rows that are there."""
