-- What everybody may write: every table, every verb, every kind of user; the rest is refused.
begin;
set local search_path to public, extensions;
select plan(670);

-- The cast, the same in every file: Harbour (h) and Lighthouse (l), and what they may do.
create function pg_temp.id(name text) returns uuid language sql immutable
    as $function$ select md5('pgtap ' || name)::uuid $function$;
grant execute on function pg_temp.id(text) to public; -- new functions are closed to everybody

insert into auth.users (id, email)
select pg_temp.id(who.name), who.name || '@pgtap.example'
  from unnest(array['olga', 'ada', 'max', 'vera', 'sam', 'ida', 'tom', 'otto', 'nobody', 'super', 'forger']) as who (name);
insert into public.organizations (id, name) values
    (pg_temp.id('h'), 'Harbour'), (pg_temp.id('l'), 'Lighthouse');
insert into public.organization_members (organization_id, user_id, role, status)
select pg_temp.id(m.organization), pg_temp.id(m.who), m.role, m.status
  from (values
    ('h', 'olga', 'owner',  'active'),
    ('h', 'ada',  'admin',  'active'),
    ('h', 'max',  'member', 'active'),
    ('h', 'vera', 'viewer', 'active'),
    ('h', 'sam',  'admin',  'suspended'),
    ('h', 'ida',  'admin',  'invited'),
    ('h', 'tom',  'member', 'active'),
    ('l', 'tom',  'admin',  'active'),
    ('l', 'otto', 'owner',  'active')
  ) as m (organization, who, role, status);

create function pg_temp.sign_in(who text) returns void language plpgsql as $function$
begin
    perform set_config('role', case who when 'anon' then 'anon' when 'service' then 'service_role' else 'authenticated' end, true),
            set_config('request.jwt.claims', (case who
                when 'anon' then '{"role": "anon"}'::jsonb
                when 'service' then '{"role": "service_role"}'::jsonb
                else jsonb_build_object('role', 'authenticated', 'sub', pg_temp.id(who))
                     || case who
                        when 'super' then '{"app_metadata": {"super_admin": true}}'::jsonb
                        when 'forger' then '{"user_metadata": {"super_admin": true, "app_metadata": {"super_admin": true}}, "super_admin": true}'::jsonb
                        else '{}'::jsonb end
            end)::text, true);
end
$function$;

-- What comes of it when somebody does this: "N row(s)" or the SQLSTATE. It is undone afterwards.
create function pg_temp.attempt(who text, statement text) returns text language plpgsql as $function$
declare
    affected bigint;
begin
    perform pg_temp.sign_in(who);
    execute statement;
    get diagnostics affected = row_count;
    raise exception using errcode = 'PT001', message = affected || ' row(s)';
exception when sqlstate 'PT001' then return sqlerrm; when others then return sqlstate;
end
$function$;

-- What somebody is answered: the value of a query, or the SQLSTATE. What it changes stays.
create function pg_temp.ask(who text, query text) returns text language plpgsql as $function$
declare
    answer text;
begin
    perform pg_temp.sign_in(who);
    execute query into answer;
    perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
    return answer;
exception when others then return sqlstate;
end
$function$;

insert into public.contacts (id, organization_id, full_name) select pg_temp.id('contact ' || o), pg_temp.id(o), 'Person' from unnest(array['h', 'l']) o;
insert into public.opportunities (id, organization_id, title) select pg_temp.id('sale ' || o), pg_temp.id(o), 'Sale' from unnest(array['h', 'l']) o;
insert into public.workflow_definitions (id, organization_id, name) select pg_temp.id('workflow ' || o), pg_temp.id(o), 'Flow' from unnest(array['h', 'l']) o;
insert into public.integrations (id, organization_id, integration_type) select pg_temp.id('email ' || o), pg_temp.id(o), 'email' from unnest(array['h', 'l']) o;
insert into public.system_alert_rules (id, organization_id, scope, name, metric_name, threshold)
select pg_temp.id('rule ' || coalesce(o, 'system')), pg_temp.id(o), case when o is null then 'system' else 'organization' end, 'pgtap', 'pgtap.metric', 0
  from unnest(array['h', 'l', null]) o;
insert into public.notifications (id, organization_id, user_id, title)
select pg_temp.id('note ' || m.who), pg_temp.id('h'), pg_temp.id(m.who), 'pgtap' from unnest(array['max', 'sam', 'tom', 'vera']) m (who);
-- To be a super administrator does not make up for a suspension where a table is not theirs.
insert into public.organization_members (organization_id, user_id, role, status) values (pg_temp.id('l'), pg_temp.id('super'), 'admin', 'suspended');
insert into public.notifications (organization_id, user_id, title) values (pg_temp.id('l'), pg_temp.id('super'), 'pgtap');
insert into public.profiles (id, full_name) select pg_temp.id(who), who from unnest(array['olga', 'max']) who;

-- Statements in Harbour, and the lowest role of Harbour that may do it.
create temporary table deed (number integer generated always as identity, what text, minimum text, for_super boolean, is_hidden boolean, statement text) on commit drop;
insert into deed (what, minimum, for_super, is_hidden, statement) values
    ('add a contact', 'member', false, false, $$ insert into public.contacts (organization_id, full_name) values (pg_temp.id('h'), 'New') $$),
    ('change a contact', 'member', false, true, $$ update public.contacts set company = 'x' where id = pg_temp.id('contact h') $$),
    ('delete a contact', 'admin', false, true, $$ delete from public.contacts where id = pg_temp.id('contact h') $$),
    ('add an opportunity', 'member', false, false, $$ insert into public.opportunities (organization_id, title) values (pg_temp.id('h'), 'New') $$),
    ('change an opportunity', 'member', false, true, $$ update public.opportunities set value = 1 where id = pg_temp.id('sale h') $$),
    ('delete an opportunity', 'admin', false, true, $$ delete from public.opportunities where id = pg_temp.id('sale h') $$),
    ('add an event', 'member', false, false, $$ insert into public.crm_events (organization_id, event_type) values (pg_temp.id('h'), 'call.finished') $$),
    ('add a workflow', 'admin', false, false, $$ insert into public.workflow_definitions (organization_id, name) values (pg_temp.id('h'), 'New') $$),
    ('change a workflow', 'admin', false, true, $$ update public.workflow_definitions set is_active = true where id = pg_temp.id('workflow h') $$),
    ('delete a workflow', 'admin', false, true, $$ delete from public.workflow_definitions where id = pg_temp.id('workflow h') $$),
    ('ask the automation', 'member', false, false, $$ insert into public.automation_requests (organization_id, requested_by, request_type) values (pg_temp.id('h'), auth.uid(), 'report.create') $$),
    ('rename the organization', 'admin', false, true, $$ update public.organizations set name = 'New' where id = pg_temp.id('h') $$),
    ('add an integration', 'admin', true, false, $$ insert into public.integrations (organization_id, integration_type) values (pg_temp.id('h'), 'sms') $$),
    ('change an integration', 'admin', true, true, $$ update public.integrations set is_active = true where id = pg_temp.id('email h') $$),
    ('delete an integration', 'admin', true, true, $$ delete from public.integrations where id = pg_temp.id('email h') $$),
    ('add an alert rule', 'admin', true, false, $$ insert into public.system_alert_rules (organization_id, name, metric_name, threshold) values (pg_temp.id('h'), 'New', 'x', 1) $$),
    ('change an alert rule', 'admin', true, true, $$ update public.system_alert_rules set threshold = 2 where id = pg_temp.id('rule h') $$),
    ('delete an alert rule', 'admin', true, true, $$ delete from public.system_alert_rules where id = pg_temp.id('rule h') $$);

create temporary table rank (who text, role text) on commit drop;
insert into rank values ('olga', 'owner'), ('ada', 'admin'), ('max', 'member'), ('tom', 'member'), ('vera', 'viewer'),
    ('sam', null), ('ida', null), ('otto', null), ('nobody', null), ('forger', null), ('super', 'super');

select is(
    pg_temp.attempt(r.who, d.statement),
    case
        when r.role = 'super' and d.for_super then '1 row(s)'
        when array_position(array['viewer', 'member', 'admin', 'owner'], r.role) >= array_position(array['viewer', 'member', 'admin', 'owner'], d.minimum) then '1 row(s)'
        when d.is_hidden then '0 row(s)' -- a row that may not be changed is as if it were not there
        else '42501'
    end,
    coalesce(r.role, 'stranger') || ' ' || r.who || ': ' || d.what)
  from deed d cross join rank r
 order by d.number, r.who;
select is(pg_temp.attempt('anon', d.statement), '42501', 'anon may not ' || d.what) from deed d order by d.number;
select is(pg_temp.attempt('service', d.statement), '1 row(s)', 'the service may ' || d.what)
  from deed d where d.what <> 'ask the automation' order by d.number;

-- Without a condition a statement reads no column, so that the policy for SELECT does not stand in for its
-- own policy: it must touch the caller's rows and no others. Rows of "all" are all that there are.
select is(
    pg_temp.attempt(p.who, t.statement),
    case when p.role = 'super' and t.for_super then (select count(*) from public.integrations) * (t.relation = 'integrations')::int
                                                    + (select count(*) from public.system_alert_rules) * (t.relation = 'system_alert_rules')::int
         when t.minimum = 'member' then p.member_of
         else p.admin_of end || ' row(s)',
    p.who || ': ' || t.statement)
  from (values
    ('contacts', 'member', false, 'update public.contacts set company = ''x'''),
    ('contacts', 'admin', false, 'delete from public.contacts'),
    ('opportunities', 'member', false, 'update public.opportunities set value = 1'),
    ('opportunities', 'admin', false, 'delete from public.opportunities'),
    ('workflow_definitions', 'admin', false, 'update public.workflow_definitions set is_active = true'),
    ('workflow_definitions', 'admin', false, 'delete from public.workflow_definitions'),
    ('organizations', 'admin', false, 'update public.organizations set name = ''x'''),
    ('integrations', 'admin', true, 'update public.integrations set last_error = ''x'''),
    ('integrations', 'admin', true, 'delete from public.integrations'),
    ('system_alert_rules', 'admin', true, 'update public.system_alert_rules set threshold = 7'),
    ('system_alert_rules', 'admin', true, 'delete from public.system_alert_rules')) as t (relation, minimum, for_super, statement)
 cross join (values ('olga', 'owner', 1, 1), ('ada', 'admin', 1, 1), ('max', 'member', 1, 0), ('vera', 'viewer', 0, 0), ('sam', '', 0, 0), ('ida', '', 0, 0),
                    ('tom', 'member', 2, 1), ('otto', 'owner', 1, 1), ('nobody', '', 0, 0), ('forger', '', 0, 0), ('super', 'super', 0, 0)) as p (who, role, member_of, admin_of);
select is(pg_temp.attempt(p.who, 'update public.notifications set read_at = now()'), p.notes || ' row(s)', p.who || ' marks ' || p.notes || ' notification(s)')
  from (values ('olga', 0), ('max', 1), ('vera', 1), ('sam', 0), ('tom', 1), ('nobody', 0), ('super', 0)) as p (who, notes);
select is(pg_temp.attempt(p.who, 'update public.profiles set locale = ''de'''), p.profiles || ' row(s)', p.who || ' changes ' || p.profiles || ' profile(s)')
  from (values ('olga', 1), ('max', 1), ('ada', 0), ('nobody', 0), ('super', 0)) as p (who, profiles);

-- Nothing moves to another organization, not even for an admin of both.
select is(pg_temp.attempt(m.who, format('update public.%I set organization_id = pg_temp.id(%L)', m.table_name, m.target)), '42501',
          m.who || ' cannot move rows of ' || m.table_name || ' to another organization')
  from (values ('ada', 'contacts', 'l'), ('tom', 'contacts', 'h'), ('ada', 'opportunities', 'l'), ('tom', 'opportunities', 'h'),
               ('ada', 'workflow_definitions', 'l'), ('tom', 'workflow_definitions', 'h'),
               ('ada', 'integrations', 'l'), ('tom', 'integrations', 'h'), ('super', 'integrations', 'l'),
               ('ada', 'system_alert_rules', 'l'), ('tom', 'system_alert_rules', 'h')) as m (who, table_name, target);
select is(pg_temp.attempt('service', $$ update public.integrations set organization_id = pg_temp.id('l') where id = pg_temp.id('email h') $$), '42501',
          'not even the service moves an integration to another organization');
select is(pg_temp.attempt('ada', $$ insert into public.integrations (organization_id, integration_type) values (pg_temp.id('l'), 'sms') $$), '42501',
          'an admin adds nothing to another organization');
select is(pg_temp.attempt('tom', $$ insert into public.integrations (organization_id, integration_type) values (pg_temp.id('l'), 'sms') $$), '1 row(s)',
          'a member of two organizations is admin where they are admin');
select is(pg_temp.attempt('max', $$ insert into public.opportunities (organization_id, contact_id, title) values (pg_temp.id('h'), pg_temp.id('contact l'), 'x') $$), '23503',
          'a child does not point to a parent of another organization');
select is(pg_temp.attempt('service', $$ insert into public.integration_usage_events (organization_id, integration_id, event_type, is_success)
                                        values (pg_temp.id('h'), pg_temp.id('email l'), 'x', true) $$), '23503',
          'a use is of an integration of the same organization');

-- Integrations themselves.
select is(pg_temp.attempt('ada', $$ insert into public.integrations (organization_id, integration_type) values (pg_temp.id('h'), 'email') $$), '23505',
          'an organization has one integration of a type');
select is(pg_temp.attempt('ada', $$ insert into public.integrations (organization_id, integration_type) values (pg_temp.id('h'), 'carrier_pigeon') $$), '23503',
          'an integration has a known type');
select is(pg_temp.attempt('service', $$ insert into public.integration_types (integration_type, label) values ('carrier_pigeon', 'Pigeon') $$), '1 row(s)',
          'a new type is a new row');
select is(pg_temp.attempt('super', $$ insert into public.integration_types (integration_type, label) values ('carrier_pigeon', 'Pigeon') $$), '42501',
          'clients add no types');
select is(pg_temp.attempt('ada', $$ update public.integrations set status = 'broken' where id = pg_temp.id('email h') $$), '23514', 'a status is one of four');
select is(pg_temp.attempt('ada', $$ update public.integrations set configuration = '[]' where id = pg_temp.id('email h') $$), '23514', 'a configuration is an object');

-- One's own rows.
select is(pg_temp.attempt('max', $$ update public.profiles set full_name = 'Max' where id = pg_temp.id('max') $$), '1 row(s)', 'a user changes their profile');
select is(pg_temp.attempt('max', $$ update public.profiles set full_name = 'Max' where id = pg_temp.id('olga') $$), '0 row(s)', 'a user does not change the profile of another');
select is(pg_temp.attempt('ada', $$ insert into public.profiles (id, full_name) values (pg_temp.id('ada'), 'Ada') $$), '1 row(s)', 'a user creates their profile');
select is(pg_temp.attempt('ada', $$ insert into public.profiles (id, full_name) values (pg_temp.id('vera'), 'Ada') $$), '42501', 'a user creates no profile of another');
select is(pg_temp.attempt('max', $$ delete from public.profiles where id = pg_temp.id('max') $$), '42501', 'a profile goes with its user only');
select is(pg_temp.attempt('max', $$ update public.notifications set read_at = now() $$), '1 row(s)', 'a member marks their notification as read, and no other');
select is(pg_temp.attempt('sam', $$ update public.notifications set read_at = now() $$), '0 row(s)', 'a suspended member marks nothing');
select is(pg_temp.attempt('max', $$ update public.notifications set title = 'x' $$), '42501', 'a notification is not rewritten');
select is(pg_temp.attempt('max', $$ insert into public.automation_requests (organization_id, requested_by, request_type) values (pg_temp.id('h'), pg_temp.id('olga'), 'x') $$), '42501',
          'nobody asks the automation in the name of another');
select is(pg_temp.attempt('max', $$ insert into public.automation_requests (organization_id, requested_by, request_type, status) values (pg_temp.id('h'), auth.uid(), 'x', 'completed') $$), '42501',
          'what is asked of the automation starts as pending');
select is(pg_temp.attempt('max', $$ update public.automation_requests set status = 'completed' $$), '42501', 'requests are changed by the service only');

-- Nobody raises their own rights.
select is(pg_temp.attempt(r.who, statement), '42501', r.who || ' cannot: ' || statement)
  from rank r
 cross join (values
    ($$update public.organization_members set role = 'owner' where user_id = auth.uid()$$),
    ($$update public.organization_members set status = 'active' where user_id = auth.uid()$$),
    ($$insert into public.organization_members (organization_id, user_id, role, status) values (pg_temp.id('l'), auth.uid(), 'owner', 'active')$$),
    ($$delete from public.organization_members where organization_id = pg_temp.id('h')$$),
    ($$update public.organizations set id = pg_temp.id('other')$$),
    ($$delete from public.organizations$$),
    ($$insert into public.organizations (name) values ('Mine')$$)) as forbidden (statement)
 order by r.who, statement;

-- Rules of the system are for super administrators; a tenant's rule reaches no further than the tenant.
select is(pg_temp.attempt('super', $$ insert into public.system_alert_rules (scope, name, metric_name, threshold) values ('system', 'New', 'x', 1) $$), '1 row(s)', 'a super administrator adds a rule of the system');
select is(pg_temp.attempt('super', $$ update public.system_alert_rules set threshold = 5 where id = pg_temp.id('rule system') $$), '1 row(s)', 'a super administrator changes a rule of the system');
select is(pg_temp.attempt('super', $$ delete from public.system_alert_rules where id = pg_temp.id('rule system') $$), '1 row(s)', 'a super administrator deletes a rule of the system');
select is(pg_temp.attempt('olga', $$ insert into public.system_alert_rules (scope, name, metric_name, threshold) values ('system', 'New', 'x', 1) $$), '42501', 'an owner adds no rule of the system');
select is(pg_temp.attempt('olga', $$ insert into public.system_alert_rules (scope, name, metric_name, threshold) values ('every_organization', 'New', 'x', 1) $$), '42501', 'an owner adds no rule for every organization');
select is(pg_temp.attempt('olga', $$ insert into public.system_alert_rules (organization_id, scope, name, metric_name, threshold) values (pg_temp.id('h'), 'every_organization', 'New', 'x', 1) $$), '23514', 'a rule with an organization is for that one');
select is(pg_temp.attempt('olga', $$ update public.system_alert_rules set threshold = 5 where organization_id is null $$), '0 row(s)', 'an owner changes no rule of the system');
select is(pg_temp.attempt('olga', $$ delete from public.system_alert_rules where organization_id is null $$), '0 row(s)', 'an owner deletes no rule of the system');
select is(pg_temp.attempt('ada', $$ update public.system_alert_rules set scope = 'system' $$), '42501', 'a rule keeps its scope');

-- What only the service or the database writes.
select is(pg_temp.attempt(who, format('insert into public.%I default values', table_name)), '42501', who || ' adds nothing to ' || table_name)
  from unnest(array['olga', 'super']) who
 cross join unnest(array['workflow_execution_logs', 'agent_executions', 'api_rate_limits', 'audit_logs', 'notifications', 'security_events',
                         'system_health_metrics', 'system_health_checks', 'system_alert_history', 'data_classifications', 'data_erasures',
                         'integration_usage_events', 'integration_usage_statistics', 'index_health_reports']) as t (table_name);
select is(pg_temp.attempt(who, format('delete from public.%I', table_name)), '42501', who || ' deletes nothing from ' || table_name)
  from unnest(array['olga', 'super']) who
 cross join unnest(array['crm_events', 'workflow_execution_logs', 'automation_requests', 'agent_executions', 'api_rate_limits', 'audit_logs', 'notifications',
                         'security_events', 'system_health_metrics', 'system_health_checks', 'system_alert_history', 'data_classifications',
                         'data_erasures', 'integration_usage_events', 'integration_usage_statistics', 'index_health_reports']) as t (table_name);
select is(pg_temp.attempt('service', format('%s public.%I', verb, table_name)), '42501', 'not even the service may ' || verb || ' ' || table_name)
  from unnest(array['delete from', 'truncate']) verb
 cross join unnest(array['audit_logs', 'security_events', 'system_alert_history', 'data_erasures', 'integration_usage_statistics']) as t (table_name);
select is(pg_temp.attempt(who, format('truncate public.%I', c.relname)), '42501', who || ' cannot truncate ' || c.relname)
  from unnest(array['anon', 'olga', 'super', 'service']) who
 cross join pg_class c
 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
   and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
 order by who, c.relname;

-- Two locks hold every row in its organization, each by itself: the policy without the trigger or the
-- missing column right, and the trigger without the policy. Last in this file, because locks are opened.
do $block$
declare
    held record;
begin
    for held in select * from unnest(array['contacts', 'opportunities', 'workflow_definitions', 'integrations']) as t (name) loop
        execute format('alter table public.%I disable trigger keep_organization', held.name);
    end loop;
    grant update on public.system_alert_rules, public.organizations, public.notifications, public.profiles to authenticated;
end
$block$;
select is(pg_temp.attempt(m.who, m.statement), '42501', 'the policy alone refuses ' || m.who || ': ' || m.statement)
  from (values
    ('ada', $$update public.contacts set organization_id = pg_temp.id('l')$$),
    ('ada', $$update public.opportunities set organization_id = pg_temp.id('l')$$),
    ('ada', $$update public.workflow_definitions set organization_id = pg_temp.id('l')$$),
    ('ada', $$update public.integrations set organization_id = pg_temp.id('l')$$),
    ('ada', $$update public.system_alert_rules set organization_id = pg_temp.id('l'), name = 'y'$$),
    ('ada', $$update public.system_alert_rules set organization_id = null, scope = 'system', name = 'y'$$),
    ('otto', $$update public.organizations set id = pg_temp.id('other')$$),
    ('max', $$update public.notifications set organization_id = pg_temp.id('l'), user_id = pg_temp.id('otto')$$),
    ('tom', $$update public.notifications set organization_id = pg_temp.id('h'), user_id = pg_temp.id('vera')$$),
    ('max', $$update public.profiles set id = pg_temp.id('ada')$$)) as m (who, statement);
select is(pg_temp.attempt('max', $$update public.notifications set organization_id = pg_temp.id('l')$$), '42501', 'the policy alone keeps a notification in the caller''s organizations');
do $block$
declare
    held record;
begin
    for held in select * from unnest(array['contacts', 'opportunities', 'workflow_definitions', 'integrations']) as t (name) loop
        execute format('alter table public.%I enable trigger keep_organization', held.name);
        execute format('alter policy %I on public.%I with check (true)', held.name || '_update', held.name);
    end loop;
end
$block$;
select is(pg_temp.attempt('ada', format('update public.%I set organization_id = pg_temp.id(''l'')', t.name)), '42501', 'the trigger alone keeps the rows of ' || t.name)
  from unnest(array['contacts', 'opportunities', 'workflow_definitions', 'integrations']) as t (name);

select * from finish();
rollback;
