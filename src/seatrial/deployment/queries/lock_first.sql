-- Takes the strong locks of a transaction before anything else, in one order and under one shared deadline: a limit on
-- each wait alone would let five tables add up. What cannot be locked by name, or may not be, waits in its statement.
-- The setting seatrial.locks: {"ms": 500, "locks": [["public.contacts", "ACCESS EXCLUSIVE"]]}.
DO $seatrial$
DECLARE
  wanted jsonb := current_setting('seatrial.locks')::jsonb;
  deadline timestamptz := clock_timestamp() + make_interval(secs => (wanted ->> 'ms')::float8 / 1000);
  one jsonb;
  relation regclass;
BEGIN
  FOR one IN SELECT value FROM jsonb_array_elements(wanted -> 'locks') LOOP
    relation := to_regclass(one ->> 0);
    CONTINUE WHEN relation IS NULL
      OR NOT EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE c.oid = relation AND c.relkind IN ('r', 'p'))
      OR NOT has_table_privilege(relation, 'UPDATE, DELETE, TRUNCATE');
    PERFORM set_config('lock_timeout',
      greatest(1, extract(epoch FROM deadline - clock_timestamp()) * 1000)::integer::text, true);
    EXECUTE format('LOCK TABLE ONLY %s IN %s MODE', relation, one ->> 1);
  END LOOP;
  PERFORM set_config('lock_timeout', wanted ->> 'ms', true);
END
$seatrial$;
