-- The plan builds it beside the writers, before this file, which then finds it.
CREATE INDEX IF NOT EXISTS deals_by_stage ON public.deals (organization_id, stage);
