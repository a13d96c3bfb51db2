-- The result of one check; what has not changed is noted once an hour only, as thousands are checked often. For the service.
select public.record_health_check(%(component)s, %(status)s, %(organization_id)s, %(latency_ms)s, %(details)s)
 where not exists (
       select
         from (
            select c.status, c.details, c.checked_at
              from public.system_health_checks c
             where c.organization_id = %(organization_id)s and c.component = %(component)s
             order by c.checked_at desc
             limit 1
         ) as latest
        where latest.status = %(status)s and latest.details = %(details)s
          and latest.checked_at > now() - interval '1 hour'
 )
