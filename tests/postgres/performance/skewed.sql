-- A production as it is: a few very large organizations, many small ones; `skewed.rows` rows in the larger tables, half
-- as many in others. Values follow each other as they do in life: newer rows stand further back, states are unequal.
create function pg_temp.dice(n integer, salt text) returns double precision
language sql immutable
as $$ select (hashtext(salt || n)::bigint + 2147483648) / 4294967296.0 $$;

-- The first of 500 organizations has every fifth row, the last hundred have one in twenty.
create function pg_temp.organization(n integer) returns uuid
language sql immutable
as $$ select md5('organization' || floor(500 * power(pg_temp.dice(n, 'organization'), 4)))::uuid $$;

create function pg_temp.moment(n integer, days integer) returns timestamptz
language sql immutable
as $$ select timestamptz '2026-01-01 12:00+00' - days * interval '1 day' * (1 - n::double precision / current_setting('skewed.rows')::integer) $$;

create function pg_temp.rows(share double precision) returns setof integer
language sql
as $$ select generate_series(1, (current_setting('skewed.rows')::integer * share)::integer) $$;

set session_replication_role = replica;
select setseed(0.5);

insert into auth.users (id, aud, role, email, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
select md5('user' || n)::uuid, 'authenticated', 'authenticated', 'user' || n || '@mail.example', '{}', '{}', now(), now()
  from generate_series(0, 2999) as n;

insert into public.organizations (id, name)
select md5('organization' || n)::uuid, 'Organization ' || n from generate_series(0, 499) as n;

insert into public.profiles (id, full_name)
select md5('user' || n)::uuid, 'User ' || n from generate_series(0, 2999) as n;

-- User n belongs to organization n modulo 500, every seventh to another one too.
insert into public.organization_members (organization_id, user_id, role, status)
select md5('organization' || n % 500)::uuid, md5('user' || n)::uuid,
       (array['member', 'admin', 'viewer', 'member', 'owner', 'member'])[1 + n / 500], case when n % 31 = 30 then 'invited' else 'active' end
  from generate_series(0, 2999) as n
union all
select md5('organization' || (n + 1) % 500)::uuid, md5('user' || n)::uuid, 'viewer', 'active' from generate_series(7, 2999, 7) as n;

insert into public.contacts (id, organization_id, full_name, email, company, notes, tags, last_contact_at, created_at)
select md5('contact' || n)::uuid, pg_temp.organization(n), initcap(left(md5(n::text), 7)) || ' ' || initcap(left(md5('s' || n % 3000), 9)),
       left(md5(n::text), 8) || '@mail.example', 'Company ' || n % 500, repeat(md5(n::text) || ' ', n % 4),
       array[(array['lead', 'customer', 'partner'])[1 + n % 3]],
       case when n % 5 > 0 then pg_temp.moment(n, 400) end, pg_temp.moment(n, 800)
  from pg_temp.rows(1) as n;

insert into public.opportunities (organization_id, contact_id, title, stage, value, closed_at, created_at)
select pg_temp.organization(n), md5('contact' || n)::uuid, 'Sale ' || n, s.stage, round((1000 * pg_temp.dice(n, 'value') ^ 3)::numeric, 2),
       case when s.stage in ('won', 'lost') then pg_temp.moment(n, 300) end, pg_temp.moment(n, 700)
  from pg_temp.rows(0.5) as n
 cross join lateral (select (array['lead', 'lead', 'qualified', 'proposal', 'won', 'won', 'lost', 'lost', 'lost', 'negotiation'])[1 + n % 10] as stage) as s;

insert into public.crm_events (organization_id, contact_id, event_type, payload, occurred_at)
select pg_temp.organization(n), case when n % 5 > 0 then md5('contact' || n)::uuid end,
       (array['call.finished', 'mail.sent', 'mail.sent', 'mail.opened', 'note.added'])[1 + n % 5], jsonb_build_object('n', n), pg_temp.moment(n, 365)
  from pg_temp.rows(1) as n;

insert into public.workflow_definitions (id, organization_id, name, is_active, next_run_at, last_run_at)
select md5('workflow' || n)::uuid, pg_temp.organization(n), 'Workflow ' || n, n % 3 = 0,
       now() + (n % 1000 - 20) * interval '1 hour', pg_temp.moment(n, 90)
  from pg_temp.rows(0.1) as n;

insert into public.workflow_execution_logs (workflow_id, status, started_at)
select md5('workflow' || w.n)::uuid, case when run % 20 = 0 then 'failed' else 'completed' end, pg_temp.moment(run, 120)
  from pg_temp.rows(1) as run
 cross join lateral (select 1 + run % (current_setting('skewed.rows')::integer / 10) as n) as w;

insert into public.automation_requests (organization_id, requested_by, request_type, status, run_after, created_at)
select pg_temp.organization(n), md5('user' || n % 3000)::uuid, 'contacts.import', case when n % 50 = 0 then 'pending' else 'completed' end,
       pg_temp.moment(n, 60), pg_temp.moment(n, 60)
  from pg_temp.rows(0.5) as n;

insert into public.agent_executions (organization_id, agent, status, started_at)
select pg_temp.organization(n), (array['reply', 'summary', 'score'])[1 + n % 3],
       case when n % 250 = 0 then 'running' when n % 10 = 1 then 'failed' else 'completed' end, pg_temp.moment(n, 60)
  from pg_temp.rows(0.5) as n;

insert into public.notifications (organization_id, user_id, title, status, scheduled_at, created_at)
select md5('organization' || n % 500)::uuid, md5('user' || n % 3000)::uuid, 'News ' || n,
       case when n % 100 = 0 then 'pending' else 'sent' end, pg_temp.moment(n, 90), pg_temp.moment(n, 90)
  from pg_temp.rows(0.5) as n;

insert into public.api_rate_limits (organization_id, endpoint, window_start)
select pg_temp.organization(n), '/v1/' || (array['contacts', 'messages', 'events'])[1 + n % 3], pg_temp.moment(n, 4)
  from pg_temp.rows(0.5) as n;

insert into public.audit_logs (organization_id, actor_id, action, entity_type, created_at)
select pg_temp.organization(n), case when n % 4 > 0 then md5('user' || n % 3000)::uuid end, 'contact.updated', 'contact', pg_temp.moment(n, 365)
  from pg_temp.rows(0.5) as n;

reset session_replication_role;
