-- Rows that were made before their parents point to them from now on.
WITH {parents},
lost AS MATERIALIZED (
  SELECT t.tableoid AS part, t.ctid AS place, row_number() OVER (ORDER BY t.tableoid, t.ctid) - 1 AS "#r"
  FROM {table} AS t
  WHERE {lost}
)
UPDATE {table} AS t
SET {assignments}
FROM lost, {parent}
WHERE t.tableoid = lost.part AND t.ctid = lost.place
  AND {parent}."#r" = lost."#r" % (SELECT greatest(1, count(*)) FROM {parent})
