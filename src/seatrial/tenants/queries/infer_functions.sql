-- The functions that a person wrote: how each is called, how its arguments are declared, and what it does, as text.
SELECT
  p.proname AS bare,
  quote_ident(n.nspname) || '.' || quote_ident(p.proname) || '(' || oidvectortypes(p.proargtypes) || ')' AS name,
  pg_get_function_arguments(p.oid) AS arguments,
  coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) AS body
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
JOIN pg_language l ON l.oid = p.prolang
WHERE p.prokind IN ('f', 'p')
  AND l.lanname IN ('sql', 'plpgsql')
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'seatrial', 'seatrial_attack', 'extensions', 'storage', 'vault', 'net', 'cron')
  -- The platform's own; they say who the user is, and nothing about tenants.
  AND NOT (n.nspname = 'auth' AND p.proname IN ('uid', 'jwt', 'role', 'email'))
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
ORDER BY 2
