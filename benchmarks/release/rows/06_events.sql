-- Ten for each organization, in the mean, over a year, in the order of time: those of one organization lie far apart,
-- as they do where thousands of organizations write at once. Four of five are about a contact.
insert into public.crm_events (id, organization_id, contact_id, event_type, payload, occurred_at, created_at)
select scale.id('event', n), scale.id('organization', scale.holder(drawn.contact, 10)),
       case when scale.noise(n, 31) < 0.8 then scale.id('contact', drawn.contact) end,
       scale.any_of(n, 32, array['call.finished', 'message.sent', 'message.received', 'meeting.held', 'note.added', 'task.done']),
       jsonb_build_object('seconds', n % 3600), drawn.at, drawn.at
  from generate_series(1, 10 * scale.organizations()) as n
 cross join lateral (
       select 1 + floor(scale.contacts() * scale.noise(n, 30))::bigint as contact,
              scale.moment() - (1 - n::double precision / (10 * scale.organizations())) * interval '365 days' as at
 ) as drawn;
