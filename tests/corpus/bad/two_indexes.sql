-- Nobody can write to the two busiest tables while the indexes are built.
create index contacts_created on public.contacts (organization_id, created_at desc); -- wrong: LCK-01
create index deals_created on public.deals (organization_id, created_at desc); -- wrong: LCK-01
