-- Rows that are there have no value for it.
ALTER TABLE public.contacts ADD COLUMN country_code char(2) NOT NULL; -- wrong: EXE-15
