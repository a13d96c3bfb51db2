-- A generated column may not depend on the time at which somebody looks.
ALTER TABLE public.contacts
  ADD COLUMN days_known integer
  GENERATED ALWAYS AS (EXTRACT(DAY FROM (now() - created_at))::integer) STORED; -- wrong: EXE-03, LCK-18
