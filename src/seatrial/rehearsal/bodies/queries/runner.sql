-- Runs one probe after another, each so that its failure undoes nothing but itself, and tells which were refused.
-- A probe that needs a refused one is not run, and told with an empty SQLSTATE.
CREATE FUNCTION pg_temp.seatrial_run(probes jsonb)
RETURNS TABLE (place int, code text, message text, hint text, context text)
LANGUAGE plpgsql AS $run$
DECLARE
  probe jsonb;
  refused boolean[] := array_fill(false, ARRAY[jsonb_array_length(probes)]);
  path text := '';
BEGIN
  place := 0;
  FOR probe IN SELECT value FROM jsonb_array_elements(probes) LOOP
    place := place + 1;
    IF (SELECT bool_or(refused[needed::int + 1]) FROM jsonb_array_elements_text(probe -> 'needs') AS needed) THEN
      refused[place] := true;
      code := '';
      RETURN NEXT;
      CONTINUE;
    END IF;
    IF path IS DISTINCT FROM probe ->> 'path' THEN
      path := probe ->> 'path';
      PERFORM pg_catalog.set_config('search_path', path, true);
    END IF;
    BEGIN
      EXECUTE probe ->> 'sql';
    EXCEPTION WHEN OTHERS THEN
      GET STACKED DIAGNOSTICS
        code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT, context = PG_EXCEPTION_CONTEXT;
      refused[place] := true;
      RETURN NEXT;
    END;
  END LOOP;
END
$run$;

-- Refuses a relation whose columns are not of just these types; a modifier counts where one is asked for.
CREATE FUNCTION pg_temp.seatrial_same_row(relation text, types oid[], modifiers int[], problem text)
RETURNS void LANGUAGE plpgsql SET search_path = '' AS $same$
BEGIN
  IF (
    SELECT coalesce(array_agg(a.atttypid ORDER BY a.attnum), '{}') IS DISTINCT FROM types
      OR bool_or(modifiers[a.attnum] >= 0 AND a.atttypmod <> modifiers[a.attnum])
    FROM pg_attribute a
    WHERE a.attrelid = relation::regclass AND a.attnum > 0
  ) THEN
    RAISE EXCEPTION USING ERRCODE = '42804', MESSAGE = problem;
  END IF;
END
$same$;

-- Refuses a relation whose one column is not an array.
CREATE FUNCTION pg_temp.seatrial_array(relation text)
RETURNS void LANGUAGE plpgsql SET search_path = '' AS $array$
DECLARE
  kind regtype;
BEGIN
  SELECT a.atttypid INTO kind
  FROM pg_attribute a
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_type b ON b.oid = t.typbasetype
  WHERE a.attrelid = relation::regclass AND a.attnum = 1
    AND t.typcategory <> 'A' AND coalesce(b.typcategory, '') <> 'A' AND t.typelem = 0;
  IF FOUND THEN
    RAISE EXCEPTION USING ERRCODE = '42804',
      MESSAGE = format('FOREACH expression must yield an array, not type %s', kind);
  END IF;
END
$array$;

-- Refuses always.
CREATE FUNCTION pg_temp.seatrial_fault(code text, problem text)
RETURNS void LANGUAGE plpgsql AS $fault$
BEGIN
  RAISE EXCEPTION USING ERRCODE = code, MESSAGE = problem;
END
$fault$;
