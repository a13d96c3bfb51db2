-- One for each organization, in the mean, with one of its contacts; a third is won or lost.
insert into public.opportunities (organization_id, contact_id, id, title, stage, value, closed_at, created_at, updated_at)
select scale.id('organization', scale.holder(drawn.contact, 10)), scale.id('contact', drawn.contact), scale.id('opportunity', n),
       'Sale ' || n, drawn.stage, n % 9973, case when drawn.stage in ('won', 'lost') then scale.moment() end,
       scale.moment() - interval '100 days', scale.moment()
  from generate_series(1, scale.organizations()) as n
 cross join lateral (
       select 1 + floor(scale.contacts() * scale.noise(n, 20))::bigint as contact,
              scale.any_of(n, 21, array['lead', 'qualified', 'proposal', 'negotiation', 'won', 'lost']) as stage
 ) as drawn;
