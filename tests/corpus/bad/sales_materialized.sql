-- Policies do not reach the rows of a materialized view.
create materialized view public.monthly_sales as -- wrong: ISO-35
  select organization_id, date_trunc('month', created_at) as month, sum(amount) as amount
  from public.deals where stage = 'won' group by 1, 2;
create unique index monthly_sales_key on public.monthly_sales (organization_id, month);
