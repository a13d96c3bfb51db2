"""What was applied to a target: the Supabase-compatible table, and our own facts in the schema `seatrial`."""
