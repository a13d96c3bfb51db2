-- So does a serial column.
ALTER TABLE public.deals ADD COLUMN number bigserial; -- wrong: LCK-17
