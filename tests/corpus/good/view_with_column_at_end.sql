create or replace view public.deal_totals with (security_invoker = true) as
  select d.organization_id, d.stage, sum(d.amount) as total, count(*) as deals
  from public.deals d
  group by d.organization_id, d.stage;
