-- Whether a function, and those that it calls as whoever it runs as, name no relation, run no SQL that is made of text,
-- and do not ask as whom they run; looked for as words in their bodies, lines of comment aside, which errs on the
-- careful side.
WITH RECURSIVE called AS (
  SELECT p.oid, p.prolang, p.prosqlbody IS NULL AS is_text, lower(regexp_replace(p.prosrc, '^\s*--.*$', '', 'gn')) AS source
  FROM pg_proc p WHERE p.oid = {routine}::regprocedure
  UNION
  SELECT p.oid, p.prolang, p.prosqlbody IS NULL, lower(regexp_replace(p.prosrc, '^\s*--.*$', '', 'gn'))
  FROM called c
  JOIN pg_proc p ON p.pronamespace <> 'pg_catalog'::regnamespace AND NOT p.prosecdef
    AND strpos(c.source, lower(p.proname)) > 0
    AND c.source ~ ('\m' || regexp_replace(lower(p.proname), '(\W)', '\\\1', 'g') || '\M')
)
SELECT bool_and(
  l.lanname IN ('sql', 'plpgsql') AND c.is_text
  AND c.source !~ '\m(execute|current_user|user|session_user|current_role|lo_\w+|has_\w+_privilege|pg_has_role|row_security_active|\w+_to_xml\w*|pg_read\w*|pg_ls\w*|pg_stat\w*|set_config)\M'
  AND NOT EXISTS (
    SELECT FROM pg_class r
    WHERE r.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
      AND strpos(c.source, lower(r.relname)) > 0
      AND c.source ~ ('\m' || regexp_replace(lower(r.relname), '(\W)', '\\\1', 'g') || '\M')
  )
)
FROM called c JOIN pg_language l ON l.oid = c.prolang
