-- The rows of a table that were there when everything was seeded: whose each is, where it lies, and what it holds. They
-- are kept under the name of the topmost table; of a partition, only those that lie in it.
SELECT r.tenant, r.owner, r.leaf::bigint AS leaf, r.tid::text AS tid, to_jsonb(t.*) AS content
FROM seatrial_attack.seeded r
JOIN {table} t ON t.tableoid = r.leaf AND t.ctid = r.tid
WHERE r.root = coalesce(pg_partition_root({literal}::regclass), {literal}::regclass)
ORDER BY r.tenant, r.owner, r.leaf, r.tid
