-- What ALTER ROLE and ALTER DATABASE set. A value that looks like a secret stays on the target; libraries to be loaded
-- and places on a disk are the target's own, and a login would fail without them.
SELECT
  'session settings', 'setting', v.name || v.of, CASE WHEN p.oid IS NOT NULL THEN 'role' END, p.name,
  CASE
    WHEN v.name ~* 'key|secret|password|token|credential|jwt'
      THEN jsonb_build_object('left', 'its value looks like a secret, and those stay on the target')
    WHEN v.name ~ '_preload_libraries$|tablespace' OR v.name = 'dynamic_library_path'
      THEN jsonb_build_object('left', 'it names something on the disk of the target')
    WHEN p.oid IS NULL OR d.setdatabase <> 0
      THEN jsonb_build_object(
        'fact', 'value',
        'sql', format('DO $do$ BEGIN EXECUTE format($f$ALTER %s SET %s$f$, current_database()); END $do$',
          v.whom, replace(v.change, '%', '%%')),
        'undo', format('DO $do$ BEGIN EXECUTE format($f$ALTER %s RESET %s$f$, current_database()); END $do$',
          v.whom, quote_ident(v.name)))
    ELSE jsonb_build_object(
      'fact', 'value',
      'sql', 'ALTER ROLE ' || p.name || ' SET ' || v.change,
      'undo', 'ALTER ROLE ' || p.name || ' RESET ' || quote_ident(v.name))
  END
FROM pg_db_role_setting d
LEFT JOIN person p ON p.oid = d.setrole
CROSS JOIN LATERAL unnest(d.setconfig) s
CROSS JOIN LATERAL (
  SELECT
    split_part(s, '=', 1) AS name,
    CASE WHEN p.oid IS NULL THEN ' of the database' WHEN d.setdatabase = 0 THEN ' of role ' || p.name
      ELSE ' of role ' || p.name || ' in the database' END AS of,
    CASE WHEN p.oid IS NULL THEN 'DATABASE %I' ELSE 'ROLE ' || p.name || ' IN DATABASE %I' END AS whom,
    quote_ident(split_part(s, '=', 1)) || ' TO ' || CASE
      -- A list whose items are stored as they are written.
      WHEN split_part(s, '=', 1) = 'search_path' THEN coalesce(nullif(substr(s, strpos(s, '=') + 1), ''), '''''')
      ELSE quote_literal(substr(s, strpos(s, '=') + 1))
    END AS change
) v
WHERE d.setdatabase IN (0, (SELECT h.oid FROM here h)) AND (d.setrole = 0) = (p.oid IS NULL) AND (d.setrole <> 0 OR d.setdatabase <> 0)
