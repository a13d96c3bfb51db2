-- Use by organization and hour as metrics: of the last three full hours, those that have none yet. Begun again it adds
-- nothing, and a run that failed is made up for by the next one.
select count(public.record_health_metric(
           m.metric_name, m.metric_value, u.organization_id, m.unit,
           jsonb_build_object('hour', to_char(u.hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24":00Z"')))) as metrics
  from (
       select e.organization_id, date_trunc('hour', e.occurred_at, 'UTC') as hour,
              count(*)::double precision as calls,
              (count(*) filter (where not e.is_success))::double precision as failures,
              percentile_cont(0.95) within group (order by e.duration_ms) as p95
         from public.integration_usage_events e
        where e.occurred_at >= date_trunc('hour', %(moment)s::timestamptz, 'UTC') - interval '3 hours'
          and e.occurred_at < date_trunc('hour', %(moment)s::timestamptz, 'UTC')
        group by 1, 2
 ) as u
 cross join lateral (values
       ('usage.calls', u.calls, null),
       ('usage.failures', u.failures, null),
       ('usage.duration_p95', u.p95, 'ms')
 ) as m (metric_name, metric_value, unit)
 where m.metric_value is not null
   and not exists (
       select from public.system_health_metrics known
        where known.organization_id = u.organization_id and known.metric_name = m.metric_name
          and known.recorded_at >= u.hour
          and known.labels ->> 'hour' = to_char(u.hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24":00Z"'))
