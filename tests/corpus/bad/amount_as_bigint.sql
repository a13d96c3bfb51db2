-- The whole table is written anew; a view reads the column besides.
drop view if exists public.deal_totals;
alter table public.deals alter column amount type bigint; -- wrong: LCK-15
create view public.deal_totals with (security_invoker = true) as
  select d.organization_id, d.stage, sum(d.amount) as total from public.deals d group by d.organization_id, d.stage;
