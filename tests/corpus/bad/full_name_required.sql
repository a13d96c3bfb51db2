-- All rows are changed, then all are read under the strongest lock.
UPDATE public.contacts SET full_name = split_part(email, '@', 1) WHERE full_name IS NULL; -- wrong: LCK-35
ALTER TABLE public.contacts ALTER COLUMN full_name SET NOT NULL; -- wrong: LCK-11
