-- What stands before and after the columns. A partition is made as a table and attached when its checks are there.
SELECT
  'tables', c.kind, c.name, 'schema', c.space,
  jsonb_build_object(
    'key', 'pg_class/' || c.oid,
    'sql', 'CREATE '
      || CASE WHEN c.relpersistence = 'u' THEN 'UNLOGGED TABLE ' WHEN c.relkind = 'f' THEN 'FOREIGN TABLE ' ELSE 'TABLE ' END
      || c.name || CASE WHEN c.reloftype <> 0 THEN ' OF ' || format_type(c.reloftype, NULL) ELSE '' END,
    'tail', concat_ws(' ',
      CASE WHEN NOT c.relispartition THEN (
        SELECT 'INHERITS (' || string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno) || ')'
        FROM pg_inherits i
        WHERE i.inhrelid = c.oid
      ) END,
      'PARTITION BY ' || pg_get_partkeydef(c.oid),
      (SELECT 'USING ' || quote_ident(m.amname) FROM pg_am m WHERE m.oid = c.relam AND m.amname <> 'heap'),
      (
        SELECT 'WITH (' || string_agg(split_part(o, '=', 1) || '=' || CASE
            WHEN v.value ~ '^[A-Za-z0-9_.]+$' THEN v.value ELSE quote_literal(v.value) END, ', ') || ')'
        FROM (
          SELECT unnest(c.reloptions) AS o
          UNION ALL
          SELECT 'toast.' || unnest(t.reloptions) FROM pg_class t WHERE t.oid = c.reltoastrelid
        ) x
        CROSS JOIN LATERAL (SELECT substr(x.o, strpos(x.o, '=') + 1) AS value) v
      ),
      (
        SELECT 'SERVER ' || quote_ident(s.srvname) || coalesce(' OPTIONS (' || (
          SELECT string_agg(format('%I %L', o.option_name, o.option_value), ', ')
          FROM pg_options_to_table(f.ftoptions) o
        ) || ')', '')
        FROM pg_foreign_table f
        JOIN pg_foreign_server s ON s.oid = f.ftserver
        WHERE f.ftrelid = c.oid
      )
    )
  )
FROM relation c
WHERE c.relkind IN ('r', 'p', 'f')
UNION ALL
SELECT
  'partitions', c.kind, c.name, NULL, NULL,
  jsonb_build_object(
    'fact', 'partition of ' || i.inhparent::regclass,
    'sql', 'ALTER TABLE ONLY ' || i.inhparent::regclass || ' ATTACH PARTITION ' || c.name || ' '
      || pg_get_expr(c.relpartbound, c.oid)
  )
FROM relation c
JOIN pg_inherits i ON i.inhrelid = c.oid
WHERE c.relispartition
