-- How components were over the last days: a check speaks until the next one, for two hours at most; what follows one
-- another in the same state is one span. Of an organization, of some of its components, or of the system (null).
with spoken as (
    select c.component, c.status, c.details, c.checked_at,
           least(coalesce(lead(c.checked_at) over of_component, now()), c.checked_at + interval '2 hours') as until
      from public.system_health_checks c
     where c.organization_id is not distinct from %(organization_id)s::uuid
       and (%(components)s::text[] is null or c.component = any (%(components)s::text[]))
       and c.checked_at > now() - make_interval(days => %(days)s)
    window of_component as (partition by c.component order by c.checked_at, c.id)
), begun as (
    select s.*,
           (s.status is distinct from lag(s.status) over of_component
            or s.checked_at > lag(s.until) over of_component)::integer as begins
      from spoken s
    window of_component as (partition by s.component order by s.checked_at)
), numbered as (
    select b.*, sum(b.begins) over (partition by b.component order by b.checked_at) as span from begun b
)
select n.component, n.status, min(n.checked_at) as since, max(n.until) as until,
       -- The release's own checks have reasons, those that asked the service what it said.
       (array_agg(case when jsonb_typeof(n.details -> 'reasons') = 'array' then n.details -> 'reasons'
                       else jsonb_path_query_array(n.details, '$.reason') end order by n.checked_at desc))[1] as reasons
  from numbered n
 group by n.component, n.span, n.status
 order by n.component, since
