-- The rows of a table that nobody has registered yet.
INSERT INTO seatrial_attack.seeded (root, leaf, tid, tenant, owner)
SELECT {table}::regclass, t.tableoid, t.ctid, {tenant}, {owner}
FROM {source} AS t
WHERE {condition}
