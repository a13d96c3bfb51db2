-- Written inside the last transaction of a way back: the ledgers forget the migration, and the progress of both.
WITH undone AS (
  DELETE FROM supabase_migrations.schema_migrations WHERE version = %(undoes)s RETURNING version
), facts AS (
  DELETE FROM seatrial.migrations WHERE version = %(undoes)s
), way_back AS (
  DELETE FROM seatrial.reversals WHERE version = %(undoes)s
), progress AS (
  DELETE FROM seatrial.steps WHERE version IN (%(undoes)s, %(version)s)
)
SELECT count(*)::integer AS undone FROM undone;
