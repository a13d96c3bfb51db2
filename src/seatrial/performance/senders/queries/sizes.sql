-- The tenants by the rows that they have in a table, the largest first, until the transaction ends.
CREATE TEMPORARY TABLE {sizes} ON COMMIT DROP AS
SELECT
  found.tenant::text AS tenant,
  row_number() OVER (ORDER BY found.rows DESC, found.tenant::text COLLATE "C") AS place
FROM (SELECT {tenant} AS tenant, count(*) AS rows FROM {table} WHERE {tenant} IS NOT NULL GROUP BY 1) AS found;
CREATE INDEX ON {sizes} (place);
ANALYZE {sizes}
