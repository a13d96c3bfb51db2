-- What the release's own tables hold after a while, for the organizations of skewed.sql.
create function pg_temp.dice(n integer, salt text) returns double precision
language sql immutable
as $$ select (hashtext(salt || n)::bigint + 2147483648) / 4294967296.0 $$;

create function pg_temp.rows(share double precision) returns setof integer
language sql
as $$ select generate_series(1, (current_setting('skewed.rows')::integer * share)::integer) $$;

set session_replication_role = replica;

insert into public.integrations (id, organization_id, integration_type, is_active, status, last_sync_at, updated_at)
select md5('integration' || o.n || t.integration_type)::uuid, md5('organization' || o.n)::uuid, t.integration_type, dice.n % 10 < 3,
       case when dice.n % 10 >= 3 then 'inactive' when dice.n / 10 = 0 then 'error' else 'active' end,
       now() - dice.n * interval '1 hour', now() - dice.n * interval '3 days'
  from generate_series(0, 499) as o (n)
 cross join public.integration_types t
 cross join lateral (select abs(hashtext(o.n || t.integration_type)::bigint) % 100 as n) as dice;

insert into public.integration_usage_events (organization_id, integration_id, event_type, is_success, duration_ms, occurred_at)
select md5('organization' || o.n)::uuid, md5('integration' || o.n || 'email')::uuid, 'message.sent', call % 20 > 0, call % 900,
       now() - (call % 40) * interval '1 day'
  from pg_temp.rows(1) as call
 cross join lateral (select floor(500 * power(pg_temp.dice(call, 'organization'), 4)) as n) as o;

reset session_replication_role;
