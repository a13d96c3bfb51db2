"""What row security and indexes cost: conditions that run for each row, and indexes that nobody can use or needs."""
