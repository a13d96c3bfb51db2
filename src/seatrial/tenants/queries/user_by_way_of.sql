-- What refers to a user by way of a table with a key of its own.
SELECT d.{key}::text FROM {table} AS d WHERE d.{user}::text = {whose}
