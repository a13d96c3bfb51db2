-- Event triggers of the database.
SELECT
  'event trigger', quote_ident(e.evtname), NULL, NULL,
  jsonb_build_object(
    'event', e.evtevent,
    'tags', array_to_string(e.evttags, ', '),
    'function', e.evtfoid::regproc,
    'enabled',
      CASE e.evtenabled WHEN 'O' THEN 'yes' WHEN 'A' THEN 'always' WHEN 'R' THEN 'on replicas' ELSE 'no' END,
    'owner', pg_get_userbyid(e.evtowner),
    'comment', d.description
  )
FROM pg_event_trigger e
LEFT JOIN pg_description d ON d.classoid = 'pg_event_trigger'::regclass AND d.objoid = e.oid
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_event_trigger'::regclass AND m.objid = e.oid)
