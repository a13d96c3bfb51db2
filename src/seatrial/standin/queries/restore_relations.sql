-- Gives the planner the target's figures of tables, materialized views and indexes that are here.
SELECT count(pg_restore_relation_stats(
  'schemaname', r.schema, 'relname', r.name,
  'relpages', r.pages, 'reltuples', r.rows, 'relallvisible', r.all_visible))
FROM jsonb_to_recordset(%(statistics)s::jsonb) AS r (schema text, name text, pages integer, rows real, all_visible integer)
WHERE EXISTS (
  SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = r.schema AND c.relname = r.name
)
