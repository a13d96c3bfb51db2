-- What a database may hold and a stand-in does not make.
SELECT
  'unknown', i.type, i.identity, NULL, NULL, jsonb_build_object('left', 'objects of this kind are not carried over')
FROM (
  SELECT 'pg_operator'::regclass AS class, o.oid, o.oprnamespace AS space FROM pg_operator o
  UNION ALL
  SELECT 'pg_opclass'::regclass, o.oid, o.opcnamespace FROM pg_opclass o
  UNION ALL
  SELECT 'pg_ts_config'::regclass, c.oid, c.cfgnamespace FROM pg_ts_config c
  UNION ALL
  SELECT 'pg_ts_dict'::regclass, d.oid, d.dictnamespace FROM pg_ts_dict d
  UNION ALL
  SELECT 'pg_conversion'::regclass, c.oid, c.connamespace FROM pg_conversion c
  UNION ALL
  SELECT 'pg_type'::regclass, t.oid, t.typnamespace FROM pg_type t WHERE t.typtype = 'b' AND t.typelem = 0
  UNION ALL
  SELECT 'pg_cast'::regclass, c.oid, NULL FROM pg_cast c WHERE c.oid >= 16384
  UNION ALL
  SELECT 'pg_subscription'::regclass, s.oid, NULL
  FROM pg_subscription s
  WHERE s.subdbid = (SELECT h.oid FROM here h)
) o
CROSS JOIN LATERAL pg_identify_object(o.class, o.oid, 0) i
WHERE (o.space IS NULL OR o.space IN (SELECT s.oid FROM space s))
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = o.class AND d.objid = o.oid AND d.deptype IN ('e', 'i'))
UNION ALL
SELECT
  'unknown', 'default collation', concat_ws('/', h.datlocprovider, h.datcollate, h.datctype,
    coalesce(to_jsonb(h) ->> 'datlocale', to_jsonb(h) ->> 'daticulocale'), pg_encoding_to_char(h.encoding)), NULL, NULL,
  jsonb_build_object('fact', 'locale', 'sql', 'DO $do$ BEGIN RAISE ''the scratch has another''; END $do$')
FROM here h
