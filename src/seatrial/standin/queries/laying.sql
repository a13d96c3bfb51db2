-- Runs each statement by itself and says which did not go through and why; one round trip for many. What a role must run
-- and may not is run by the superuser.
CREATE FUNCTION pg_temp.lay(statements text[], roles text[]) RETURNS TABLE (place integer, why text)
LANGUAGE plpgsql AS $lay$
BEGIN
  FOR number IN 1 .. cardinality(statements) LOOP
    place := number;
    BEGIN
      PERFORM set_config('role', roles[place], true);
      EXECUTE statements[place];
    EXCEPTION
      WHEN insufficient_privilege THEN
        BEGIN
          PERFORM set_config('role', 'none', true);
          EXECUTE statements[place];
        EXCEPTION WHEN OTHERS THEN
          why := SQLERRM;
          RETURN NEXT;
        END;
      WHEN OTHERS THEN
        why := SQLERRM;
        RETURN NEXT;
    END;
  END LOOP;
  PERFORM set_config('role', 'none', true);
END
$lay$
