-- Which objects of security this transaction may have changed, by their numbers, and whether something is gone, which
-- has no number any more.
-- The server counts what a session has written since it was last told of; so each look has it told at its COMMIT.
-- A relation that is changed is locked until the end; a privilege on one, and a function, carry our transaction.
WITH locked AS MATERIALIZED (
  SELECT DISTINCT l.relation AS id FROM pg_catalog.pg_locks AS l
  WHERE l.pid = pg_backend_pid() AND l.granted AND l.locktype = 'relation'
    AND l.mode NOT IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')
), wrote (inserted, updated, deleted, what) AS (
  SELECT pg_stat_get_xact_tuples_inserted(c), pg_stat_get_xact_tuples_updated(c), pg_stat_get_xact_tuples_deleted(c), c
  FROM unnest('{pg_catalog.pg_class, pg_catalog.pg_proc, pg_catalog.pg_policy, pg_catalog.pg_trigger,
    pg_catalog.pg_namespace, pg_catalog.pg_type, pg_catalog.pg_attribute}'::regclass[]) AS c
)
SELECT ARRAY(
         SELECT id::bigint FROM locked
         UNION SELECT c.oid::bigint FROM pg_catalog.pg_class AS c
           WHERE (SELECT w.updated > 0 FROM wrote AS w WHERE w.what = 'pg_catalog.pg_class'::regclass)
             AND age(c.xmin) <= 0
         UNION SELECT a.attrelid::bigint FROM pg_catalog.pg_attribute AS a
           WHERE %(columns)s AND age(a.xmin) <= 0
             AND (SELECT w.updated > 0 FROM wrote AS w WHERE w.what = 'pg_catalog.pg_attribute'::regclass)
         UNION SELECT p.oid::bigint FROM pg_catalog.pg_proc AS p
           WHERE (SELECT w.inserted + w.updated > 0 FROM wrote AS w WHERE w.what = 'pg_catalog.pg_proc'::regclass)
             AND age(p.xmin) <= 0
         UNION SELECT n.oid::bigint FROM pg_catalog.pg_namespace AS n WHERE age(n.xmin) <= 0
       ) AS ids,
       EXISTS (
         SELECT FROM wrote AS w
         WHERE w.deleted > 0 OR (w.updated > 0 AND w.what = 'pg_catalog.pg_type'::regclass)
       ) AS more,
       pg_stat_force_next_flush() AS told;
