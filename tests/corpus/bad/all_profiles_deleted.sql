-- The WHERE has been forgotten.
delete from public.profiles; -- wrong: DST-05
