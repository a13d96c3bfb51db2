-- The values are gone, and applications that still name the column fail.
ALTER TABLE public.contacts
  DROP COLUMN IF EXISTS legacy_code, -- wrong: DST-01
  DROP COLUMN IF EXISTS notes; -- wrong: DST-01
