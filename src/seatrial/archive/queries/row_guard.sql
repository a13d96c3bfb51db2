-- Triggers and foreign keys that somebody has put on {table} since would take part in the way back of its rows, and
-- change or delete what is others'.
DO $seatrial$
DECLARE
  found text;
BEGIN
  SELECT string_agg(w.what, ', ') INTO found
  FROM (
    SELECT format('trigger %I on %s', g.tgname, g.tgrelid::regclass) AS what
    FROM pg_catalog.pg_trigger g
    WHERE g.tgrelid IN (SELECT :'table'::regclass UNION SELECT relid FROM pg_partition_tree(:'table'::regclass))
      AND NOT g.tgisinternal AND g.tgenabled <> 'D' AND g.tgname NOT LIKE 'seatrial %'
    UNION ALL
    SELECT format('foreign key %I on %s', k.conname, k.conrelid::regclass)
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE k.contype = 'f' AND k.confrelid = :'table'::regclass AND k.confdeltype IN ('c', 'n', 'd')
      AND k.conparentid = 0 AND n.nspname !~ '^seatrial_archive_'
      AND format('%I.%I.%I', n.nspname, c.relname, k.conname) <> ALL (ARRAY[{known}]::text[])
  ) w;
  IF found IS NOT NULL THEN
    RAISE EXCEPTION 'somebody has added since, and it would change rows on the way back: %', found
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
END
$seatrial$;
