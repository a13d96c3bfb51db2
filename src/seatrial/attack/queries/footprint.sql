-- How often each table and index was scanned, and how many rows were written, in this transaction: what was undone is
-- counted, too, so a statement that failed has its footprint.
SELECT c.oid::bigint, pg_stat_get_xact_numscans(c.oid),
  pg_stat_get_xact_tuples_inserted(c.oid) + pg_stat_get_xact_tuples_updated(c.oid) + pg_stat_get_xact_tuples_deleted(c.oid)
FROM pg_class c
WHERE c.relkind IN ('r', 'i', 'm') AND c.relnamespace <> 'pg_catalog'::regnamespace
  AND (pg_stat_get_xact_numscans(c.oid) > 0 OR pg_stat_get_xact_tuples_inserted(c.oid) > 0
    OR pg_stat_get_xact_tuples_updated(c.oid) > 0 OR pg_stat_get_xact_tuples_deleted(c.oid) > 0)
