-- An owner can switch row-level security off.
alter table public.deals owner to authenticated; -- wrong: PRV-04
