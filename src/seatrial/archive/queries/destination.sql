-- Whether a table of the archive can have a name elsewhere: is the schema there, is the name free, and which names of
-- its indexes and sequences are taken there. With what it would have to bring: types, functions and sequences that it
-- needs and that are in the archive as well.
SELECT
  to_schema.oid IS NOT NULL AS there,
  EXISTS (SELECT FROM pg_class WHERE relnamespace = to_schema.oid AND relname = %(name)s)
    OR EXISTS (SELECT FROM pg_type WHERE typnamespace = to_schema.oid AND typname = %(name)s) AS taken,
  own.relrowsecurity AS secured,
  ARRAY(
    SELECT format(
      'ALTER %%s %%I.%%I RENAME TO %%I',
      CASE WHEN part.relkind = 'S' THEN 'SEQUENCE' ELSE 'INDEX' END, from_schema.nspname, part.relname,
      left(part.relname, 50) || '_' || %(id)s
    )
    FROM pg_class AS part
    WHERE part.oid IN (
        SELECT indexrelid FROM pg_index WHERE indrelid = own.oid
        UNION ALL
        SELECT objid FROM pg_depend
        WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass AND refobjid = own.oid
          AND deptype IN ('a', 'i')
      )
      AND part.relkind IN ('i', 'I', 'S')
      AND EXISTS (SELECT FROM pg_class AS k WHERE k.relnamespace = to_schema.oid AND k.relname = part.relname)
  ) AS renames,
  ARRAY(
    SELECT format('ALTER %%s SET SCHEMA %%I', needed.what, %(schema)s::text)
    FROM (
      SELECT format('TYPE %%I.%%I', n.nspname, t.typname) AS what, t.typname AS name
      FROM pg_attribute AS a
      JOIN pg_type AS u ON u.oid = a.atttypid
      JOIN pg_type AS t ON t.oid = CASE WHEN u.typcategory = 'A' THEN u.typelem ELSE u.oid END
      JOIN pg_namespace AS n ON n.oid = t.typnamespace AND starts_with(n.nspname, %(prefix)s)
      WHERE a.attrelid = own.oid AND a.attnum > 0 AND NOT a.attisdropped
      UNION
      SELECT coalesce('ROUTINE ' || p.oid::regprocedure, format('SEQUENCE %%I.%%I', n.nspname, q.relname)), ''
      FROM pg_attrdef AS d
      JOIN pg_depend AS on_it ON on_it.classid = 'pg_attrdef'::regclass AND on_it.objid = d.oid
      LEFT JOIN pg_proc AS p ON on_it.refclassid = 'pg_proc'::regclass AND p.oid = on_it.refobjid
      LEFT JOIN pg_class AS q ON on_it.refclassid = 'pg_class'::regclass AND q.oid = on_it.refobjid AND q.relkind = 'S'
      JOIN pg_namespace AS n ON n.oid = coalesce(p.pronamespace, q.relnamespace) AND starts_with(n.nspname, %(prefix)s)
      WHERE d.adrelid = own.oid AND NOT EXISTS (
        SELECT FROM pg_depend AS o
        WHERE o.classid = 'pg_class'::regclass AND o.objid = q.oid AND o.refobjid = own.oid AND o.deptype IN ('a', 'i')
      )
    ) AS needed
    WHERE NOT EXISTS (SELECT FROM pg_type AS k WHERE k.typnamespace = to_schema.oid AND k.typname = needed.name)
  ) AS brings
FROM pg_class AS own
JOIN pg_namespace AS from_schema ON from_schema.oid = own.relnamespace
LEFT JOIN pg_namespace AS to_schema ON to_schema.nspname = %(schema)s
WHERE own.oid = %(oid)s::int8::oid
