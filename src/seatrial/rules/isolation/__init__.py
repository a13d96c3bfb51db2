"""Row security: policies that let through more than they should, less than they should, or nobody."""
