-- Everything in one row, as far as the caller may see.
select (select count(*) from public.organizations) as organizations,
       n.healthy, n.error, n.rate_limited, n.inactive,
       a.open_system_alerts, a.open_alerts,
       x.indexes_checked_at, x.indexes_ailing
  from (select count(*) filter (where i.is_active and i.status in ('active', 'inactive')) as healthy,
               count(*) filter (where i.is_active and i.status = 'error') as error,
               count(*) filter (where i.is_active and i.status = 'rate_limited') as rate_limited,
               count(*) filter (where not i.is_active) as inactive
          from public.integrations i) as n
 cross join (
       select count(*) filter (where h.organization_id is null) as open_system_alerts,
              count(*) filter (where h.organization_id is not null) as open_alerts
         from public.system_alert_history h
        where h.status <> 'resolved') as a
 cross join (
       select max(v.checked_at) as indexes_checked_at, count(*) filter (where v.verdict <> 'healthy') as indexes_ailing
         from public.index_health_overview v) as x
