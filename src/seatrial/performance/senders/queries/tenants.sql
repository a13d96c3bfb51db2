-- All tenants, as one user meets them.
SELECT t.{tenant}::text AS tenant, {user} AS "user"
FROM {table} AS t
