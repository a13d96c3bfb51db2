create materialized view private.deal_counts as
  select d.organization_id, count(*) as deals from public.deals d group by d.organization_id;
create unique index deal_counts_key on private.deal_counts (organization_id);
create function private.refresh_deal_counts() returns void language sql set search_path = ''
as $$ refresh materialized view concurrently private.deal_counts $$;
