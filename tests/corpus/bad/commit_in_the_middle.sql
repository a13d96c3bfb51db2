-- COMMIT ends the transaction in which the runner records the migration.
alter table public.contacts add column vat_number text;
commit; -- wrong: EXE-27
alter table public.contacts add column vat_checked_at timestamptz;
