create or replace function public.pipeline(p_organization_id uuid)
returns table (stage public.deal_stage, deals bigint, total bigint)
language sql stable security invoker set search_path = ''
as $$
  with open_deals as (
    select d.stage, d.amount from public.deals d
    where d.organization_id = p_organization_id and d.stage in ('lead', 'offer')
  )
  select o.stage, count(*), sum(o.amount)::bigint from open_deals o group by o.stage order by o.stage
$$;
