-- Active integrations whose turn to be checked comes in the minute after a moment: each has a second of its own in
-- every quarter of an hour, by the hash of its id.
select i.id::text as id, extract(epoch from %(moment)s::timestamptz)::bigint + wait.seconds as at
  from public.integrations i
 cross join lateral (
       select mod(mod(pg_catalog.hashtextextended(i.id::text, 0), %(every)s::bigint)
                  - mod(extract(epoch from %(moment)s::timestamptz)::bigint, %(every)s::bigint)
                  + 2 * %(every)s::bigint, %(every)s::bigint) as seconds
 ) as wait
 where i.is_active and i.integration_type = any (%(types)s::text[]) and wait.seconds < 60
