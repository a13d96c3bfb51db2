-- Event triggers. On a platform that lets others than superusers own one, ALTER … OWNER would refuse the owner.
SELECT
  'event triggers', 'event trigger', quote_ident(e.evtname), NULL, NULL,
  jsonb_build_object('key', 'pg_event_trigger/' || e.oid, 'sql', 'CREATE EVENT TRIGGER ' || quote_ident(e.evtname)
    || ' ON ' || e.evtevent || coalesce(' WHEN TAG IN (' || (
      SELECT string_agg(quote_literal(t), ', ') FROM unnest(e.evttags) t
    ) || ')', '') || ' EXECUTE FUNCTION ' || e.evtfoid::regproc || '()')
FROM pg_event_trigger e
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_event_trigger'::regclass AND m.objid = e.oid)
UNION ALL
SELECT
  'owners', 'event trigger', quote_ident(e.evtname), NULL, NULL,
  jsonb_build_object('fact', 'owner', 'sql', format(
    'UPDATE pg_catalog.pg_event_trigger SET evtowner = %L::regrole WHERE evtname = %L', e.evtowner::regrole, e.evtname))
FROM pg_event_trigger e
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_event_trigger'::regclass AND m.objid = e.oid)
UNION ALL
SELECT
  'event trigger states', 'event trigger', quote_ident(e.evtname), NULL, NULL,
  jsonb_build_object('fact', 'enabled', 'sql', 'ALTER EVENT TRIGGER ' || quote_ident(e.evtname)
    || CASE e.evtenabled WHEN 'A' THEN ' ENABLE ALWAYS' WHEN 'R' THEN ' ENABLE REPLICA' ELSE ' DISABLE' END)
FROM pg_event_trigger e
WHERE e.evtenabled <> 'O'
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_event_trigger'::regclass AND m.objid = e.oid)
