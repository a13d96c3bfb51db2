-- Validated by the next file.
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.deals ADD CONSTRAINT deals_title_short CHECK (length(title) <= 500) NOT VALID;
