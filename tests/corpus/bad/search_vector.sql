-- And a stored generated column; then the index is built under lock.
alter table public.contacts
  add column search tsvector generated always as (to_tsvector('simple', coalesce(full_name, '') || ' ' || email)) stored; -- wrong: LCK-18
create index contacts_search on public.contacts using gin (search); -- wrong: LCK-01, PRF-09
