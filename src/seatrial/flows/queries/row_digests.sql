-- A question for each of the tables named: how many rows it has, and a digest of all of them, whatever their order and
-- that of the columns. A partition answers for itself, or, where that is asked, the whole for all of its partitions.
-- Columns can be left out: `{"public.contacts": ["email"]}`.
SELECT format('%%I.%%I', n.nspname, c.relname) AS name,
       format('SELECT count(*) || '' '' || coalesce(md5(string_agg(r.row, chr(10) ORDER BY r.row)), '''')'
              ' FROM (SELECT (to_jsonb(t.*) - %%L::text[])::text COLLATE "C" AS row FROM %%s%%I.%%I AS t) AS r',
              ARRAY(SELECT jsonb_array_elements_text(%(without)s::jsonb -> format('%%I.%%I', n.nspname, c.relname))),
              CASE c.relkind WHEN 'r' THEN 'ONLY ' ELSE '' END, n.nspname, c.relname) AS question
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE CASE WHEN %(whole)s THEN c.relkind IN ('r', 'p') AND NOT c.relispartition ELSE c.relkind = 'r' END
  AND format('%%I.%%I', n.nspname, c.relname) = ANY (%(tables)s);
