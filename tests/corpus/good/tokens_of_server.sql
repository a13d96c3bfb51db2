-- No policy, no right: the server alone.
create table private.refresh_jobs (
  id bigint generated always as identity primary key,
  payload jsonb not null default '{}'::jsonb,
  run_at timestamptz not null default now(),
  done_at timestamptz
);
create index refresh_jobs_due on private.refresh_jobs (run_at) where done_at is null;
alter table private.refresh_jobs enable row level security;
