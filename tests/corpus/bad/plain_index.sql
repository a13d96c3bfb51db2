-- Nobody can write to the table while this is built, and no plan can build it ahead: the file would make it twice.
CREATE INDEX deals_by_stage ON public.deals (organization_id, stage); -- wrong: LCK-01
