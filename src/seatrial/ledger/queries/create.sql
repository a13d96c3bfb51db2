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
CREATE TABLE IF NOT EXISTS seatrial.reversals (
  version        text PRIMARY KEY,
  content_digest text NOT NULL,
  verdict        text NOT NULL,
  reasons        text[] NOT NULL,
  archived       text[] NOT NULL,
  kept           text[] NOT NULL,
  script         text NOT NULL,
  by_author      boolean NOT NULL,
  before         jsonb NOT NULL,
  proved_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  tool           text NOT NULL
);
COMMENT ON TABLE seatrial.reversals IS 'The way back of each migration, as it was proved before the migration was deployed.';
CREATE TABLE IF NOT EXISTS seatrial.archive (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  version     text NOT NULL,
  cause       text NOT NULL CHECK (cause IN ('deploy', 'rollback')),
  contents    text NOT NULL CHECK (contents IN ('table', 'columns', 'rows')),
  object      text NOT NULL,
  place       text NOT NULL UNIQUE,
  became      text NOT NULL DEFAULT '',
  archived_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  keep_until  timestamptz,
  returned_at timestamptz,
  conflicts   bigint NOT NULL DEFAULT 0,
  details     jsonb NOT NULL DEFAULT '{}'
);
COMMENT ON TABLE seatrial.archive IS 'What deployments and rollbacks have put away in place of losing it, and where it is.';
COMMENT ON COLUMN seatrial.archive.keep_until IS 'When seatrial archive purge may remove it; without one it stays until somebody says so.';
COMMENT ON COLUMN seatrial.archive.conflicts IS 'Rows that did not go back, as somebody else has changed or taken their place; they stay in the archive.';
CREATE TABLE IF NOT EXISTS seatrial.watches (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  watch     jsonb,
  baseline  jsonb,
  stand     jsonb,
  ended_at  timestamptz,
  verdict   text,
  sentence  text NOT NULL DEFAULT ''
);
COMMENT ON TABLE seatrial.watches IS 'One row for each watch of a deployment: what was usual before it, where the watch stands, and what came of it.';
COMMENT ON COLUMN seatrial.watches.watch IS 'What is watched, and until when; empty as long as only what is usual is noted.';
CREATE TABLE IF NOT EXISTS seatrial.watch_entries (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  watch  bigint NOT NULL REFERENCES seatrial.watches ON DELETE CASCADE,
  at     timestamptz NOT NULL,
  kind   text NOT NULL,
  body   jsonb NOT NULL
);
CREATE INDEX IF NOT EXISTS watch_entries_watch ON seatrial.watch_entries (watch, number);
COMMENT ON TABLE seatrial.watch_entries IS 'What a watch has seen and said, in order; no value of a row is in it.';
