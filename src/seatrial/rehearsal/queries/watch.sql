-- What makes a scratch tell what a statement does. It stands among the server's own functions, so that no migration
-- that walks through schemas comes upon it, and speaks as INFO, which no setting keeps from the client.
--
-- A change of the schema is looked at where it ends, in its event trigger. Everything else is followed by a look in the
-- same message, and then the triggers only say which objects were touched on the way. What was said cannot be taken
-- back when a block catches an error and undoes a part of its work, but a setting is set back. So each such message has
-- a mark, names the mark before it, and leaves its own in a setting of the transaction: what does not lead to the mark
-- that is found in the end was undone.
--
-- Two more settings of the transaction come with its first statement: relations up to `seatrial.settled` are older than
-- it, and those up to `seatrial.newest` were told of. Between the two is what it made itself, on which nobody can wait.

-- The relations that this session holds a lock on, once for each mode, with file, size and counters.
-- A transaction that writes into what it made itself is asked for everything. A loop, as no plan starts faster.
CREATE FUNCTION pg_catalog.seatrial_touched(everything boolean) RETURNS text LANGUAGE plpgsql AS $watch$
DECLARE
  settled oid := nullif(pg_catalog.current_setting('seatrial.settled', true), '')::oid;
  newest oid := coalesce(nullif(pg_catalog.current_setting('seatrial.newest', true), '')::oid, 0);
  highest oid := newest;
  held record;
  class record;
  measured boolean;
  counted boolean;
  found text := '[';
BEGIN
  IF everything OR settled IS NULL THEN
    settled := 4294967295;
  END IF;
  FOR held IN
    SELECT l.relation, pg_catalog.array_position(
      '{AccessShareLock,RowShareLock,RowExclusiveLock,ShareUpdateExclusiveLock,ShareLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}',
      l.mode
    ) AS mode
    FROM pg_catalog.pg_lock_status() AS l
    WHERE l.relation >= 16384 AND l.locktype = 'relation' AND l.pid = pg_catalog.pg_backend_pid()
      AND (l.relation <= settled OR l.relation > newest)
      -- A note of what a SERIALIZABLE transaction has read: nobody waits for it.
      AND l.mode <> 'SIReadLock'
  LOOP
    highest := greatest(highest, held.relation);
    SELECT c.relnamespace, c.relname, c.relkind, c.relfilenode INTO class
      FROM pg_catalog.pg_class AS c WHERE c.oid = held.relation;
    -- TOAST is nobody's, and an index that is only read tells nothing that its table does not.
    CONTINUE WHEN class.relnamespace = 99 OR (class.relkind IN ('i', 'I') AND held.mode < 4);
    -- What has just been made is empty, unless rows are written; an index may be on a table that is full.
    measured := held.mode >= 3 AND (everything OR held.relation <= settled OR class.relkind = 'i');
    counted := class.relkind IN ('r', 'm') OR class.relkind IS NULL;
    found := found || CASE WHEN found = '[' THEN '' ELSE ',' END || pg_catalog.json_build_array(
      held.relation::int8,
      held.mode,
      class.relnamespace::regnamespace::text || '.' || pg_catalog.quote_ident(class.relname),
      class.relkind,
      class.relfilenode::int8,
      CASE WHEN measured THEN pg_catalog.pg_relation_size(held.relation) END,
      CASE WHEN counted THEN pg_catalog.pg_stat_get_xact_numscans(held.relation) ELSE 0 END,
      CASE WHEN counted THEN pg_catalog.pg_stat_get_xact_tuples_returned(held.relation) ELSE 0 END,
      CASE WHEN counted THEN pg_catalog.pg_stat_get_xact_tuples_inserted(held.relation) ELSE 0 END,
      CASE WHEN counted THEN pg_catalog.pg_stat_get_xact_tuples_updated(held.relation) ELSE 0 END,
      CASE WHEN counted THEN pg_catalog.pg_stat_get_xact_tuples_deleted(held.relation) ELSE 0 END
    );
  END LOOP;
  IF highest > newest THEN
    PERFORM pg_catalog.set_config('seatrial.newest', highest::text, true);
  END IF;
  -- So that the counters begin at nought in the next transaction.
  PERFORM pg_catalog.pg_stat_force_next_flush();
  RETURN found || ']';
END
$watch$;

CREATE FUNCTION pg_catalog.seatrial_look(everything boolean, OUT seconds float8, OUT wal int8, OUT mark text, OUT relations text)
LANGUAGE plpgsql AS $watch$
BEGIN
  seconds := pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - pg_catalog.statement_timestamp());
  wal := pg_catalog.pg_current_wal_insert_lsn() - '0/0'::pg_catalog.pg_lsn;
  mark := pg_catalog.current_setting('seatrial.mark', true);
  relations := pg_catalog.seatrial_touched(everything);
END
$watch$;

-- Leaves a mark; two lines, the other one says which was there before.
CREATE FUNCTION pg_catalog.seatrial_mark() RETURNS text LANGUAGE plpgsql AS $watch$
DECLARE
  before text := pg_catalog.current_setting('seatrial.mark', true);
  mark text := pg_catalog.set_config('seatrial.mark', pg_catalog.clock_timestamp()::pg_catalog.text, true);
BEGIN
  RETURN pg_catalog.concat(mark, E'\n', before, E'\n');
END
$watch$;

CREATE FUNCTION pg_catalog.seatrial_ended() RETURNS event_trigger LANGUAGE plpgsql AS $watch$
DECLARE
  ended timestamptz := pg_catalog.clock_timestamp();
  looked_at boolean := pg_catalog.strpos(pg_catalog.current_query(), 'seatrial_look') > 0;
  told text;
  of_extension boolean;
BEGIN
  -- Comments and privileges by the hundred are not looked at one by one; inside other statements they are.
  IF tg_tag IN ('COMMENT', 'GRANT', 'REVOKE') AND NOT looked_at THEN
    RETURN;
  END IF;
  SELECT
    pg_catalog.json_agg(pg_catalog.json_build_array(c.command_tag, c.object_type, c.object_identity))
      FILTER (WHERE NOT c.in_extension AND c.schema_name IS DISTINCT FROM 'pg_temp'),
    pg_catalog.bool_or(c.in_extension)
    INTO told, of_extension
    FROM pg_catalog.pg_event_trigger_ddl_commands() AS c;
  IF NOT looked_at THEN
    IF told IS NOT NULL OR of_extension IS NOT TRUE THEN
      RAISE INFO USING ERRCODE = 'SEA03', MESSAGE = pg_catalog.json_build_array(
        pg_catalog.date_part('epoch', ended - pg_catalog.statement_timestamp()),
        pg_catalog.pg_current_wal_insert_lsn() - '0/0'::pg_catalog.pg_lsn,
        pg_catalog.seatrial_touched(false)::json,
        coalesce(told, '[]')::json
      );
    END IF;
  ELSIF told IS NOT NULL THEN
    RAISE INFO USING ERRCODE = 'SEA01', MESSAGE = pg_catalog.seatrial_mark() || told;
  END IF;
END
$watch$;

CREATE FUNCTION pg_catalog.seatrial_dropped() RETURNS event_trigger LANGUAGE plpgsql AS $watch$
DECLARE
  told text;
BEGIN
  SELECT pg_catalog.json_agg(pg_catalog.json_build_array(d.object_type, d.object_identity, d.original))
    INTO told
    FROM pg_catalog.pg_event_trigger_dropped_objects() AS d
    -- What can only go together with its owner (a row type, a rule of a view) is not worth a word.
    WHERE (d.original OR d.normal) AND NOT d.is_temporary AND d.object_type <> 'rule';
  IF told IS NOT NULL THEN
    RAISE INFO USING ERRCODE = 'SEA02', MESSAGE = pg_catalog.seatrial_mark() || told;
  END IF;
END
$watch$;

CREATE EVENT TRIGGER seatrial_ended ON ddl_command_end EXECUTE FUNCTION pg_catalog.seatrial_ended();
CREATE EVENT TRIGGER seatrial_dropped ON sql_drop EXECUTE FUNCTION pg_catalog.seatrial_dropped();
