"""What row security costs a call, and what a policy does to queries that it need not do, with what mends it."""
