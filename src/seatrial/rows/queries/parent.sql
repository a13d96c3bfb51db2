-- The rows of a parent that a foreign key may point to, numbered from 0 (within what other columns determine).
{alias} AS MATERIALIZED (
  SELECT {columns}, row_number() OVER ({partition} ORDER BY {order}) - 1 AS "#r"
  FROM {source}
)
