-- The same for a table.
alter table public.organizations rename to accounts; -- wrong: CMP-01
