-- Only in the database, on the server and as the role that this was made for, and while nobody else deploys.
DO $seatrial$
DECLARE
  wrong text;
  lock_key bigint;
BEGIN
  IF pg_catalog.current_database() <> %(database)s THEN
    wrong := pg_catalog.format('it is for the database %%I, and this is %%I', %(database)s, pg_catalog.current_database());
  ELSIF pg_catalog.current_setting('server_version_num')::integer / 10000 <> %(major)s THEN
    wrong := pg_catalog.format(
      'it is for PostgreSQL %%s, and this is %%s', %(major)s, pg_catalog.current_setting('server_version'));
  ELSIF pg_catalog.pg_is_in_recovery() THEN
    wrong := 'this server is a standby: run it on the primary';
  ELSIF pg_catalog.current_setting('transaction_read_only') = 'on' THEN
    wrong := 'this session is read-only';
  ELSIF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = %(role)s) THEN
    wrong := pg_catalog.format('it is for the role %%I, and there is none', %(role)s);
  ELSIF current_user <> %(role)s AND NOT pg_catalog.pg_has_role(current_user, %(role)s, 'MEMBER') THEN
    wrong := pg_catalog.format('it is for the role %%I, and you are %%I: log in as %%I', %(role)s, current_user, %(role)s);
  ELSIF %(standard_strings)s AND pg_catalog.current_setting('standard_conforming_strings') = 'off' THEN
    wrong := 'standard_conforming_strings is off, and a file of it sets it on, which here comes too late';
  ELSIF %(system)s <> '' THEN
    IF (SELECT system_identifier::text FROM pg_catalog.pg_control_system()) <> %(system)s THEN
      wrong := 'this is another server, which has a database of the same name';
    END IF;
  END IF;
  IF wrong IS NULL THEN
    FOREACH lock_key IN ARRAY %(locks)s LOOP
      IF NOT pg_catalog.pg_try_advisory_xact_lock(lock_key) THEN
        wrong := 'another deployment is at work on this database: wait for it to end';
      END IF;
    END LOOP;
  END IF;
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'ST020', MESSAGE = 'this script must not run here: ' || wrong, HINT = 'Nothing was changed.';
  END IF;
END
$seatrial$;
