-- Whether a materialized view has been filled is state, not schema.
SELECT
  c.kind, c.name, 'schema', c.space,
  jsonb_build_object(
    'definition', pg_get_viewdef(c.oid),
    'options', (
      SELECT string_agg(
        regexp_replace(regexp_replace(o, '=(on|yes)$', '=true'), '=(off|no)$', '=false'), ', ' ORDER BY o COLLATE "C")
      FROM unnest(c.reloptions) o
    ),
    'owner', pg_get_userbyid(c.relowner),
    'comment', d.description
  )
FROM relation c
LEFT JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0
WHERE c.relkind IN ('v', 'm')
