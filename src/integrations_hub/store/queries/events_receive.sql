-- Keeps the events of a provider's call, each once however often it is told. What is new is decided by the uses, which
-- only the service writes: a member of another organization, who may choose the id of an event of theirs, cannot take
-- the place of one. Uses are purged after some months, and then the organization's own events say it. After usage_turn:
-- two calls with the same events wait for each other. For the service.
with told as (
    select distinct on (e.id) e.id, e.event_type, e.payload, e.occurred_at, e.error_code
      from jsonb_to_recordset(%(events)s)
           as e (id uuid, event_type text, payload jsonb, occurred_at timestamptz, error_code text)
     order by e.id
), counted as (
    insert into public.integration_usage_events
           (id, organization_id, integration_id, event_type, is_success, error_code, occurred_at)
    select t.id, %(organization_id)s, %(integration_id)s, t.event_type, t.error_code is null, t.error_code, t.occurred_at
      from told t
     where not exists (select from public.crm_events c where c.id = t.id and c.organization_id = %(organization_id)s)
       and not exists (select from public.integration_usage_events u where u.id = t.id)
    returning id
), kept as (
    insert into public.crm_events (id, organization_id, event_type, payload, occurred_at)
    select case when exists (select from public.crm_events c where c.id = t.id) then gen_random_uuid() else t.id end,
           %(organization_id)s, t.event_type, t.payload, t.occurred_at
      from told t
      join counted n on n.id = t.id
     order by t.id
)
select count(*) as fresh from counted
