-- Which of some columns are there, with their tables as SQL writes them.
SELECT
  given.relation, given.name,
  format('%%I.%%I', n.nspname, c.relname) AS "table",
  quote_ident(a.attname) AS ident,
  format_type(a.atttypid, NULL) AS type,
  EXISTS (
    SELECT FROM pg_index i
    WHERE i.indrelid = c.oid AND i.indisunique AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum
  ) AS is_key
FROM unnest(%(relations)s::text[], %(names)s::text[]) AS given (relation, name)
JOIN pg_class c ON c.oid = to_regclass(given.relation)
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = given.name AND a.attnum > 0 AND NOT a.attisdropped
