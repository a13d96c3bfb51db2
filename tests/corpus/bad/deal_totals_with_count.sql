-- CREATE OR REPLACE VIEW can only add columns at the end.
CREATE OR REPLACE VIEW public.deal_totals WITH (security_invoker = true) AS
SELECT d.organization_id, count(*) AS deals, d.stage, sum(d.amount) AS total -- wrong: EXE-04
FROM public.deals d
GROUP BY d.organization_id, d.stage;
