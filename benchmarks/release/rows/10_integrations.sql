-- Three to seven of the seven types for each organization, five in the mean. Not one organization after the other:
-- they were added over the years, so those of one organization lie on as many pages.
insert into public.integrations
       (id, organization_id, integration_type, is_active, status, configuration, last_sync_at, last_error, created_at, updated_at)
select scale.id('integration', drawn.n), scale.id('organization', drawn.organization),
       (array['whatsapp', 'email', 'telegram', 'sms', 'webhook', 'calendar', 'ai'])[1 + (drawn.organization + drawn.nth) % 7],
       drawn.luck < 0.6,
       case when drawn.luck < 0.02 then 'error' when drawn.luck < 0.03 then 'rate_limited' when drawn.luck < 0.6 then 'active' else 'inactive' end,
       jsonb_build_object('sender', 'number ' || drawn.n),
       case when scale.noise(drawn.n, 101) < 0.9 then scale.moment() - scale.noise(drawn.n, 102) * interval '30 days' end,
       case when drawn.luck < 0.02 then 'no answer' end,
       scale.moment() - interval '400 days', scale.moment() - scale.noise(drawn.n, 103) * interval '400 days'
  from (
       select nth * scale.organizations() + organization as n, organization, nth,
              scale.noise(nth * scale.organizations() + organization, 100) as luck
         from generate_series(0, 6) as nth
        cross join generate_series(1, scale.organizations()) as organization
        where nth < 3 + organization % 5
  ) as drawn
 order by drawn.n;
