-- A table as SQL names it, and which of some columns it has: as they were given, as SQL writes them, and their types.
-- Without a row where there is no such table; names that are no names are none either.
SELECT
  format('%%I.%%I', n.nspname, c.relname) AS "table",
  coalesce((
    SELECT json_object_agg(given.name, json_build_array(quote_ident(a.attname), format_type(a.atttypid, NULL)))
    FROM unnest(%(columns)s::text[]) AS given (name)
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      AND given.name IN (quote_ident(a.attname), '"' || replace(a.attname, '"', '""') || '"')
  ), '{}') AS columns
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = to_regclass(%(table)s) AND c.relkind IN ('r', 'p', 'm', 'v', 'f')
