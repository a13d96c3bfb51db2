-- Keeps the events of a provider's call, each once however often it is told, and counts as uses those that are new.
-- Events of the organization stay, while uses are purged after some months: the former say what is new. In the order
-- of their ids, so that two calls with the same events wait for each other and not for ever. For the service.
with told as (
    select e.id, e.event_type, e.payload, e.occurred_at, e.error_code
      from jsonb_to_recordset(%(events)s)
           as e (id uuid, event_type text, payload jsonb, occurred_at timestamptz, error_code text)
     order by e.id
), kept as (
    insert into public.crm_events (id, organization_id, event_type, payload, occurred_at)
    select t.id, %(organization_id)s, t.event_type, t.payload, t.occurred_at
      from told t
        on conflict (id) do nothing
    returning id
), counted as (
    insert into public.integration_usage_events
           (id, organization_id, integration_id, event_type, is_success, error_code, occurred_at)
    select t.id, %(organization_id)s, %(integration_id)s, t.event_type, t.error_code is null, t.error_code, t.occurred_at
      from told t
      join kept k on k.id = t.id
     order by t.id
        on conflict (id) do nothing
)
select count(*) as fresh from kept
