-- Inserts that leave the column out fail from now on.
alter table public.contacts alter column status drop default; -- wrong: CMP-02
