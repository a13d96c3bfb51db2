-- CONCURRENTLY cannot run inside of a transaction, and a file with several statements is one.
alter table public.deals add column closed_at timestamptz; -- wrong: EXE-07
create index concurrently if not exists deals_closed on public.deals (organization_id, closed_at); -- wrong: EXE-09
