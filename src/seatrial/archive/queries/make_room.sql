-- Makes the schema of the archive for what is put away at {place}, and lets nobody into it, whatever the default
-- privileges give away. What an earlier time has left at that place moves one door further.
DO $seatrial$
DECLARE
  parts text[] := parse_ident(:'place');
  home name := parts[1];
  aside name;
  earlier bigint;
  one record;
BEGIN
  IF home !~ '^seatrial_archive_' THEN
    RAISE EXCEPTION 'schema % is none of the archive', home;
  END IF;
  EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I', home);
  SELECT id INTO earlier FROM seatrial.archive a WHERE a.place = :'place';
  IF earlier IS NOT NULL AND to_regclass(:'place') IS NOT NULL THEN
    aside := left(home, 62 - length(earlier::text)) || '_' || earlier;
    EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I', aside);
    EXECUTE format('ALTER TABLE %s SET SCHEMA %I', :'place', aside);
    UPDATE seatrial.archive a SET place = format('%I.%I', aside, parts[2]) WHERE id = earlier;
  END IF;
  FOR one IN
    SELECT n.oid, n.nspname, n.nspowner
    FROM pg_catalog.pg_namespace n
    WHERE n.nspname IN (home, aside)
  LOOP
    -- Whoever owns the schema could take away what is in it.
    IF one.nspowner NOT IN (
      SELECT o.oid FROM pg_catalog.pg_roles o WHERE o.rolname = current_user
      UNION ALL
      SELECT s.nspowner FROM pg_catalog.pg_namespace s WHERE s.nspname = 'seatrial'
    ) THEN
      RAISE EXCEPTION 'schema % belongs to %', one.nspname, one.nspowner::regrole
        USING ERRCODE = 'insufficient_privilege';
    END IF;
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', one.nspname);
  END LOOP;
  FOR one IN
    SELECT DISTINCT n.nspname, g.grantee::regrole AS role
    FROM pg_catalog.pg_namespace n
    CROSS JOIN LATERAL pg_catalog.aclexplode(n.nspacl) g
    WHERE n.nspname IN (home, aside) AND g.grantee NOT IN (0, n.nspowner)
  LOOP
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM %s CASCADE', one.nspname, one.role);
  END LOOP;
END
$seatrial$;
