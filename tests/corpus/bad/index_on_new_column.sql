-- IF NOT EXISTS does not help here: the column has to come first, so the index is built in the same transaction.
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.deals ADD COLUMN IF NOT EXISTS lost_reason text;
CREATE INDEX IF NOT EXISTS deals_by_lost_reason ON public.deals (organization_id, lost_reason); -- wrong: LCK-01
