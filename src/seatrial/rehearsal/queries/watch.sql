-- What makes a scratch tell what a statement does. It stands among the server's own functions, so that no migration
-- that walks through schemas comes upon it, and speaks as INFO, which no setting keeps from the client.
--
-- What was said cannot be taken back when a block catches an error and undoes a part of its work, but a setting is set
-- back. So each message has a mark, names the mark before it, and leaves its own in a setting of the transaction: what
-- does not lead to the mark that is found in the end was undone.

CREATE FUNCTION pg_catalog.seatrial_ended() RETURNS event_trigger LANGUAGE plpgsql AS $watch$
DECLARE
  told text;
  before text;
  mark text;
BEGIN
  -- Comments and privileges by the hundred are not looked at one by one; inside other statements they are.
  IF tg_tag IN ('COMMENT', 'GRANT', 'REVOKE') AND pg_catalog.strpos(pg_catalog.current_query(), 'seatrial_look') = 0 THEN
    RETURN;
  END IF;
  told := (
    SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(c.command_tag, c.object_type, c.object_identity))
    FROM pg_catalog.pg_event_trigger_ddl_commands() AS c
    WHERE NOT c.in_extension AND c.schema_name IS DISTINCT FROM 'pg_temp'
  );
  IF told IS NOT NULL THEN
    before := pg_catalog.current_setting('seatrial.mark', true);
    mark := pg_catalog.set_config('seatrial.mark', pg_catalog.clock_timestamp()::pg_catalog.text, true);
    RAISE INFO USING MESSAGE = pg_catalog.concat_ws(E'\n', told, mark, before), ERRCODE = 'SEA01';
  END IF;
END
$watch$;

CREATE FUNCTION pg_catalog.seatrial_dropped() RETURNS event_trigger LANGUAGE plpgsql AS $watch$
DECLARE
  told text;
  before text;
  mark text;
BEGIN
  told := (
    SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(d.object_type, d.object_identity, d.original))
    FROM pg_catalog.pg_event_trigger_dropped_objects() AS d
    -- What can only go together with its owner (a row type, a rule of a view) is not worth a word.
    WHERE (d.original OR d.normal) AND NOT d.is_temporary AND d.object_type <> 'rule'
  );
  IF told IS NOT NULL THEN
    before := pg_catalog.current_setting('seatrial.mark', true);
    mark := pg_catalog.set_config('seatrial.mark', pg_catalog.clock_timestamp()::pg_catalog.text, true);
    RAISE INFO USING MESSAGE = pg_catalog.concat_ws(E'\n', told, mark, before), ERRCODE = 'SEA02';
  END IF;
END
$watch$;

CREATE EVENT TRIGGER seatrial_ended ON ddl_command_end EXECUTE FUNCTION pg_catalog.seatrial_ended();
CREATE EVENT TRIGGER seatrial_dropped ON sql_drop EXECUTE FUNCTION pg_catalog.seatrial_dropped();

-- Asked in the same message as the statement, so that the two times are those of the statement alone.
-- Between `below` and `since` are the relations that the transaction itself made before, on which nobody can wait.
-- What it has just made it holds a lock on, so the newest relation is among those that come back.
CREATE FUNCTION pg_catalog.seatrial_look(
  below oid, since oid, OUT seconds float8, OUT wal int8, OUT mark text, OUT relations text
) LANGUAGE plpgsql AS $watch$
BEGIN
  seconds := pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - pg_catalog.statement_timestamp());
  wal := pg_catalog.pg_current_wal_insert_lsn() - '0/0'::pg_catalog.pg_lsn;
  mark := pg_catalog.current_setting('seatrial.mark', true);
  SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(
      g.relation,
      g.mode,
      (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)
         FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
         WHERE c.oid = g.relation),
      (SELECT c.relkind FROM pg_catalog.pg_class AS c WHERE c.oid = g.relation),
      pg_catalog.pg_relation_filenode(g.relation),
      CASE WHEN g.mode >= 3 THEN pg_catalog.pg_relation_size(g.relation) END,
      pg_catalog.pg_stat_get_xact_numscans(g.relation),
      pg_catalog.pg_stat_get_xact_tuples_returned(g.relation),
      pg_catalog.pg_stat_get_xact_tuples_inserted(g.relation),
      pg_catalog.pg_stat_get_xact_tuples_updated(g.relation),
      pg_catalog.pg_stat_get_xact_tuples_deleted(g.relation)
    ))
    INTO relations
    FROM (
      SELECT l.relation, pg_catalog.max(pg_catalog.array_position(
        '{AccessShareLock,RowShareLock,RowExclusiveLock,ShareUpdateExclusiveLock,ShareLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}',
        l.mode
      )) AS mode
      FROM pg_catalog.pg_lock_status() AS l
      WHERE l.locktype = 'relation' AND l.pid = pg_catalog.pg_backend_pid() AND l.relation >= 16384
        AND (l.relation <= below OR l.relation > since)
      GROUP BY l.relation
    ) AS g,
    -- So that the counters begin at nought in the next transaction.
    pg_catalog.pg_stat_force_next_flush();
END
$watch$;
