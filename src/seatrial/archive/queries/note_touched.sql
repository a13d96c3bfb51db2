-- Notes what of {table} is no longer what the file has made of it, which nobody can change any more until the COMMIT.
LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE;
