-- All tables that Seatrial writes on a target. Runs again without change.
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
ALTER TABLE seatrial.steps ADD COLUMN IF NOT EXISTS position text;
ALTER TABLE seatrial.steps ADD COLUMN IF NOT EXISTS rows bigint;
COMMENT ON COLUMN seatrial.steps.position IS 'Of an UPDATE in batches: the key, and its value in the last row that is done. Of an index that is built ahead of its file: its name.';
COMMENT ON COLUMN seatrial.steps.rows IS 'Of an UPDATE in batches: how many rows it has changed.';
COMMENT ON TABLE seatrial.steps IS 'Progress inside a migration of several steps; its rows go when the migration is complete.';
CREATE TABLE IF NOT EXISTS seatrial.attempts (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  started_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at       timestamptz,
  deployed_by    text NOT NULL DEFAULT session_user,
  client_address inet DEFAULT inet_client_addr(),
  os_user        text NOT NULL,
  host           text NOT NULL,
  process        integer NOT NULL,
  ci_run         text NOT NULL,
  tool           text NOT NULL,
  command        text NOT NULL,
  plan_digest    text NOT NULL,
  content_digest text NOT NULL,
  planned        text[] NOT NULL,
  applied        text[] NOT NULL DEFAULT '{}',
  seconds        double precision,
  longest_wait   double precision,
  tries          integer NOT NULL DEFAULT 1,
  result         text NOT NULL DEFAULT 'running',
  error          text NOT NULL DEFAULT ''
);
COMMENT ON TABLE seatrial.attempts IS 'One row for each try to deploy: who, from where, with which plan, and how it ended; one without an end was cut off, or still runs.';
