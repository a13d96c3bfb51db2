-- Tenants with their users, of those for whom a condition holds.
SELECT DISTINCT m.{tenant}::text AS tenant, m.{user}::text AS "user"
FROM {table} AS m
WHERE m.{tenant} IS NOT NULL AND m.{user} IS NOT NULL AND {condition}
