-- What this transaction itself made or changed, each object with what it is now.
-- A row of a catalog carries the number of the transaction, or of the subtransaction, that wrote it; what is visible
-- although its transaction is in progress is ours. Policies, privileges, functions and views: see security.sql.
-- Whoever changes a relation holds a lock on it until the end, so nobody else has to be looked at.
WITH locked AS MATERIALIZED (
  SELECT DISTINCT l.relation AS id FROM pg_catalog.pg_locks AS l
  WHERE l.pid = pg_backend_pid() AND l.granted AND l.locktype = 'relation'
    AND l.mode NOT IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')
), wrote AS MATERIALIZED (
  SELECT 'column' AS kind, a.attrelid AS id, a.attnum AS part, a.xmin AS by
    FROM locked JOIN pg_catalog.pg_attribute AS a ON a.attrelid = locked.id AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL SELECT 'column', d.adrelid, d.adnum, d.xmin
    FROM locked JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = locked.id
  UNION ALL SELECT 'constraint', k.oid, 0, k.xmin
    FROM locked JOIN pg_catalog.pg_constraint AS k ON k.conrelid = locked.id AND k.contype <> 'n'
  UNION ALL SELECT 'index', i.indexrelid, 0, i.xmin
    FROM locked JOIN pg_catalog.pg_index AS i ON i.indrelid = locked.id
  UNION ALL SELECT 'trigger', t.oid, 0, t.xmin
    FROM locked JOIN pg_catalog.pg_trigger AS t ON t.tgrelid = locked.id AND NOT t.tgisinternal
  UNION ALL SELECT 'type', t.oid, 0, t.xmin FROM pg_catalog.pg_type AS t WHERE t.typtype IN ('e', 'd')
  UNION ALL SELECT 'type', e.enumtypid, 0, e.xmin FROM pg_catalog.pg_enum AS e
  UNION ALL SELECT 'schema', n.oid, 0, n.xmin FROM pg_catalog.pg_namespace AS n
), ours AS MATERIALIZED (
  SELECT DISTINCT w.kind, w.id, w.part FROM wrote AS w
  WHERE age(w.by) <= 0
    AND pg_xact_status((pg_current_xact_id()::text::bigint - age(w.by))::text::xid8) = 'in progress'
  -- Whether the row of a table is written again depends on what it had before: on its first trigger, say.
  UNION ALL
  SELECT 'table', c.oid, 0
    FROM locked JOIN pg_catalog.pg_class AS c ON c.oid = locked.id AND c.relkind IN ('r', 'p', 'f', 'm', 'S')
), objects AS MATERIALIZED (
  SELECT o.kind, c.relnamespace AS namespace, format('%I.%I', n.nspname, c.relname) AS name,
         concat_ws(' ', c.relkind, c.relpersistence, c.relrowsecurity, c.relforcerowsecurity, c.reloptions,
           -- What is gone leaves no row of its own.
           ARRAY(SELECT a.attname FROM pg_catalog.pg_attribute AS a
                 WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attname),
           ARRAY(SELECT k.conname FROM pg_catalog.pg_constraint AS k
                 WHERE k.conrelid = c.oid AND k.contype IN ('c', 'f', 'p', 'u', 'x') ORDER BY k.conname),
           ARRAY(SELECT t.tgname FROM pg_catalog.pg_trigger AS t
                 WHERE t.tgrelid = c.oid AND NOT t.tgisinternal ORDER BY t.tgname)) AS facts
  FROM ours AS o
  JOIN pg_catalog.pg_class AS c ON o.kind = 'table' AND c.oid = o.id
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  UNION ALL
  SELECT o.kind, c.relnamespace, format('%I.%I.%I', n.nspname, c.relname, a.attname),
         concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
                   pg_get_expr(d.adbin, d.adrelid))
  FROM ours AS o
  JOIN pg_catalog.pg_attribute AS a ON o.kind = 'column' AND a.attrelid = o.id AND a.attnum = o.part
  JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'f')
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  UNION ALL
  SELECT o.kind, k.connamespace,
         CASE WHEN k.conrelid <> 0 THEN format('%s %I', k.conrelid::regclass, k.conname)
              ELSE format('%s %I', k.contypid::regtype, k.conname) END,
         concat_ws(' ', pg_get_constraintdef(k.oid), k.convalidated)
  FROM ours AS o JOIN pg_catalog.pg_constraint AS k ON o.kind = 'constraint' AND k.oid = o.id
  UNION ALL
  SELECT o.kind, c.relnamespace, format('%I.%I', n.nspname, c.relname), pg_get_indexdef(c.oid)
  FROM ours AS o
  JOIN pg_catalog.pg_class AS c ON o.kind = 'index' AND c.oid = o.id
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  UNION ALL
  SELECT o.kind, c.relnamespace, format('%s %I', t.tgrelid::regclass, t.tgname),
         concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled)
  FROM ours AS o
  JOIN pg_catalog.pg_trigger AS t ON o.kind = 'trigger' AND t.oid = o.id
  JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
  UNION ALL
  SELECT o.kind, t.typnamespace, format('%I.%I', n.nspname, t.typname),
         concat_ws(' ', t.typtype, format_type(t.typbasetype, t.typtypmod), t.typnotnull, t.typdefault,
                   (SELECT array_agg(e.enumlabel ORDER BY e.enumsortorder)
                    FROM pg_catalog.pg_enum AS e WHERE e.enumtypid = t.oid))
  FROM ours AS o
  JOIN pg_catalog.pg_type AS t ON o.kind = 'type' AND t.oid = o.id
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
  UNION ALL
  SELECT o.kind, n.oid, quote_ident(n.nspname), '' FROM ours AS o
  JOIN pg_catalog.pg_namespace AS n ON o.kind = 'schema' AND n.oid = o.id
)
SELECT o.kind || ' ' || o.name AS object, o.facts
FROM objects AS o
JOIN pg_catalog.pg_namespace AS n ON n.oid = o.namespace
WHERE n.nspname NOT IN ('seatrial', 'supabase_migrations', 'pg_catalog') AND n.nspname !~ '^(pg_(toast|temp)|seatrial_archive_)'
ORDER BY object;
