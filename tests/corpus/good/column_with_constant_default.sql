-- Since version 11 no row is touched.
set local lock_timeout = '2s';
ALTER TABLE public.contacts ADD COLUMN IF NOT EXISTS country_code text NOT NULL DEFAULT 'DE';
