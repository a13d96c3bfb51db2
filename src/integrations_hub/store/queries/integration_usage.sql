-- How an organization's integrations were used, by day, as far as the caller may see.
select s.integration_id, i.integration_type, s.usage_date, s.calls, s.failures,
       s.total_duration_ms / nullif(s.timed_calls, 0) as average_duration_ms, s.max_duration_ms
  from public.integration_usage_statistics s
  join public.integrations i on i.organization_id = s.organization_id and i.id = s.integration_id
 where s.organization_id = %(organization)s
   and s.usage_date > (now() at time zone 'UTC')::date - %(days)s::integer
 order by s.usage_date, i.integration_type
