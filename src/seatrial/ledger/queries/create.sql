-- Both tables that Seatrial writes on a target. Runs again without change.
CREATE SCHEMA IF NOT EXISTS supabase_migrations;
CREATE TABLE IF NOT EXISTS supabase_migrations.schema_migrations (version text NOT NULL PRIMARY KEY);
ALTER TABLE supabase_migrations.schema_migrations ADD COLUMN IF NOT EXISTS statements text[];
ALTER TABLE supabase_migrations.schema_migrations ADD COLUMN IF NOT EXISTS name text;

CREATE SCHEMA IF NOT EXISTS seatrial;
COMMENT ON SCHEMA seatrial IS 'Seatrial''s own record of deployments; remove it only together with Seatrial.';
CREATE TABLE IF NOT EXISTS seatrial.migrations (
  version        text PRIMARY KEY,
  name           text NOT NULL,
  content_digest text NOT NULL,
  applied_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  duration       interval NOT NULL,
  applied_by     text NOT NULL DEFAULT session_user,
  tool           text NOT NULL
);
COMMENT ON TABLE seatrial.migrations IS 'One row for each migration that Seatrial applied: what, when, by whom, with which content.';
CREATE TABLE IF NOT EXISTS seatrial.steps (
  version        text NOT NULL,
  step           integer NOT NULL,
  content_digest text NOT NULL,
  done           boolean NOT NULL,
  at             timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (version, step)
);
COMMENT ON TABLE seatrial.steps IS 'Progress inside a migration of several steps; its rows go when the migration is complete.';
