-- RAISE belongs to PL/pgSQL.
create table if not exists public.feature_flags (
  key text primary key,
  enabled boolean not null default false
);
RAISE NOTICE 'feature flags are ready'; -- wrong: EXE-10
