-- Where clients do not come.
create materialized view private.monthly_sales as
  select d.organization_id, date_trunc('month', d.created_at at time zone 'UTC') as month, sum(d.amount) as amount
  from public.deals d
  where d.stage = 'won'
  group by 1, 2;
create unique index monthly_sales_key on private.monthly_sales (organization_id, month);
