-- A predicate that stays true.
create index concurrently deals_open on public.deals (organization_id, created_at desc) where stage in ('lead', 'offer');
