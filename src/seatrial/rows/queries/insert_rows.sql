-- Generated rows for one table.
WITH {parents}
INSERT INTO {table} {targets} {overriding}
SELECT {outputs}
FROM (
  SELECT *{generated}
  FROM (
    SELECT {columns}
    FROM (SELECT n, {numbers} FROM generate_series({first}::bigint, {last}::bigint) AS s (n) OFFSET 0) AS g
    {joins}
    {fence}
  ) AS v
  {fence}
) AS v
WHERE {conditions}
{limit}
{conflict}
