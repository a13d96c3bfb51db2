-- Organizations as operators see them, by name: a page of them, with how many integrations are in which state.
-- Those with trouble only, where that is asked for.
select o.id::text, o.name, n.healthy, n.error, n.rate_limited, n.inactive, a.open_alerts
  from public.organizations o
 cross join lateral (
       select count(*) filter (where i.is_active and i.status in ('active', 'inactive')) as healthy,
              count(*) filter (where i.is_active and i.status = 'error') as error,
              count(*) filter (where i.is_active and i.status = 'rate_limited') as rate_limited,
              count(*) filter (where not i.is_active) as inactive
         from public.integrations i
        where i.organization_id = o.id
 ) as n
 cross join lateral (
       select count(*) as open_alerts
         from public.system_alert_history h
        where h.organization_id = o.id and h.status <> 'resolved'
 ) as a
 where (%(words)s = '' or strpos(lower(o.name), lower(%(words)s)) > 0)
   and (not %(troubled)s or n.error + n.rate_limited + a.open_alerts > 0)
   and (%(after_name)s::text is null or (o.name, o.id) > (%(after_name)s::text, %(after_id)s::uuid))
 order by o.name, o.id
 limit %(most)s
