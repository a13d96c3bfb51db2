-- What is looked at: tables and indexes of the project's own schemas. Left out are the server's, those of extensions,
-- the platform's (its roles own them, or they go by its names where it is there) and Seatrial's.
-- In front of the query of every check.
WITH member AS MATERIALIZED (
  SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
),
space AS MATERIALIZED (
  SELECT n.oid, n.nspname
  FROM pg_namespace n
  WHERE n.nspname !~ '^pg_'
    AND n.nspname <> 'information_schema'
    AND n.nspname <> 'supabase_migrations'
    AND n.nspname !~ '^seatrial(_|$)'
    AND pg_get_userbyid(n.nspowner) !~ '^supabase_'
    AND NOT (
      to_regrole('supabase_admin') IS NOT NULL
      AND n.nspname IN (
        'auth', 'storage', 'realtime', '_realtime', 'vault', 'cron', 'net', 'extensions', 'graphql', 'graphql_public',
        'pgbouncer', 'pgsodium', 'pgmq', 'supabase_functions', '_analytics'
      )
    )
    AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_namespace'::regclass AND m.objid = n.oid)
),
relation AS MATERIALIZED (
  SELECT c.*, s.nspname, format('%I.%I', s.nspname, c.relname) AS name
  FROM pg_class c
  JOIN space s ON s.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'm')
    AND c.relpersistence <> 't'
    AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid)
),
-- Keys and included columns by number and as lists of text, so that lists can be compared.
index AS MATERIALIZED (
  SELECT
    i.*,
    c.relname, c.relkind, c.relispartition, c.relpages, c.reltuples, c.reloptions, a.amname,
    r.nspname, r.name AS relation_name,
    format('%I.%I', r.nspname, c.relname) AS name,
    string_to_array(i.indkey::text, ' ')::int[] AS columns,
    (string_to_array(i.indkey::text, ' ')::int[])[1:i.indnkeyatts] AS keys,
    EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid) AS of_constraint
  FROM pg_index i
  JOIN pg_class c ON c.oid = i.indexrelid
  JOIN pg_am a ON a.oid = c.relam
  JOIN relation r ON r.oid = i.indrelid
),
-- How long the server has counted: never reset, it was at least since it was started or a table was looked after.
counted AS MATERIALIZED (
  SELECT now() - coalesce(
    (SELECT d.stats_reset FROM pg_stat_database d WHERE d.datname = current_database()),
    least(
      pg_postmaster_start_time(),
      (SELECT min(least(s.last_vacuum, s.last_autovacuum, s.last_analyze, s.last_autoanalyze)) FROM pg_stat_all_tables s)
    )
  ) AS since
)
