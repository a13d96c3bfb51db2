-- Uses by day (UTC), also of days without any: of an organization, or of one of its integrations.
select day.day::date as day, coalesce(sum(s.calls), 0)::bigint as calls, coalesce(sum(s.failures), 0)::bigint as failures,
       sum(s.total_duration_ms) / nullif(sum(s.timed_calls), 0)::double precision as average_ms
  from generate_series((now() at time zone 'UTC')::date - (%(days)s::integer - 1), (now() at time zone 'UTC')::date,
                       interval '1 day') as day (day)
  left join public.integration_usage_statistics s
    on s.organization_id = %(organization_id)s::uuid
   and s.usage_date = day.day::date
   and (%(integration_id)s::uuid is null or s.integration_id = %(integration_id)s::uuid)
 group by day.day
 order by day.day
