-- The rows of a table that belong to nobody yet: where each lies, and what it holds as JSON, without generated columns.
SELECT t.tableoid::bigint AS leaf, t.ctid::text AS tid, (to_jsonb(t.*) - {generated}::text[]{texts})::text AS content
FROM {source} AS t
WHERE {condition}
ORDER BY t.tableoid, t.ctid
