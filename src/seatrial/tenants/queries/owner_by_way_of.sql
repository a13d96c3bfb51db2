-- The user that a row refers to by way of a table with a key of its own.
(SELECT d.{user}::text FROM {table} AS d WHERE d.{key} = t.{column})
