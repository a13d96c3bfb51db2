-- Whose rows everybody sees: every table and view, asked by every kind of user.
begin;
set local search_path to public, extensions;
select plan(488);

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

-- To be a super administrator does not make up for a suspension where a table is not theirs.
insert into public.organization_members (organization_id, user_id, role, status) values (pg_temp.id('l'), pg_temp.id('super'), 'admin', 'suspended');

-- One row of everything in both organizations, and one of the system where there is such a thing.
insert into public.contacts (id, organization_id, full_name) select pg_temp.id('contact ' || o), pg_temp.id(o), 'Person' from unnest(array['h', 'l']) o;
insert into public.opportunities (organization_id, title) select pg_temp.id(o), 'Sale' from unnest(array['h', 'l']) o;
insert into public.crm_events (organization_id, event_type) select pg_temp.id(o), 'call.finished' from unnest(array['h', 'l']) o;
insert into public.workflow_definitions (id, organization_id, name) select pg_temp.id('workflow ' || o), pg_temp.id(o), 'Flow' from unnest(array['h', 'l']) o;
insert into public.workflow_execution_logs (workflow_id) select pg_temp.id('workflow ' || o) from unnest(array['h', 'l']) o;
insert into public.automation_requests (organization_id, request_type) select pg_temp.id(o), 'report.create' from unnest(array['h', 'l']) o;
insert into public.agent_executions (organization_id, agent) select pg_temp.id(o), 'reply' from unnest(array['h', 'l']) o;
insert into public.api_rate_limits (organization_id, endpoint, window_start) select pg_temp.id(o), '/', now() from unnest(array['h', 'l']) o;
insert into public.audit_logs (organization_id, action, entity_type) select pg_temp.id(o), 'pgtap.done', 'thing' from unnest(array['h', 'l']) o;
insert into public.integrations (id, organization_id, integration_type, is_active, status)
select pg_temp.id('email ' || o), pg_temp.id(o), 'email', true, 'active' from unnest(array['h', 'l']) o;
insert into public.integration_usage_events (organization_id, integration_id, event_type, is_success)
select pg_temp.id(o), pg_temp.id('email ' || o), 'message.sent', true from unnest(array['h', 'l']) o;
insert into public.system_health_metrics (organization_id, metric_name, metric_value)
select pg_temp.id(o), 'pgtap.metric', 1 from unnest(array['h', 'l', null]) o;
insert into public.system_health_checks (organization_id, component, status)
select pg_temp.id(o), 'pgtap', 'healthy' from unnest(array['h', 'l', null]) o;
insert into public.system_alert_rules (id, organization_id, scope, name, metric_name, threshold)
select pg_temp.id('rule ' || coalesce(o, 'system')), pg_temp.id(o), case when o is null then 'system' else 'organization' end, 'pgtap', 'pgtap.metric', 0
  from unnest(array['h', 'l', null]) o;
insert into public.system_alert_history (rule_id, organization_id, rule_name, metric_name, severity, observed_value, threshold)
select pg_temp.id('rule ' || coalesce(o, 'system')), pg_temp.id(o), 'pgtap', 'pgtap.metric', 'warning', 1, 0 from unnest(array['h', 'l', null]) o;
insert into public.security_events (organization_id, event_type)
select pg_temp.id(o), 'pgtap.event' from unnest(array['h', 'l', null]) o;
insert into public.notifications (organization_id, user_id, title)
select m.organization_id, m.user_id, 'pgtap' from public.organization_members m where m.organization_id in (pg_temp.id('h'), pg_temp.id('l'));
insert into public.profiles (id, full_name) select u.id, 'pgtap' from auth.users u where u.email like '%@pgtap.example';
insert into public.data_erasures (subject_digest, requested_by, account_deleted) values (repeat('0', 64), 'service', true);
insert into public.index_health_reports (schema_name, table_name, index_name, verdict, scans, size_bytes)
values ('public', 'pgtap', 'pgtap', 'healthy', 0, 0);

-- Tenants' rows: the letters of the organizations seen, s for rows of the system.
create temporary table asked (relation text, key text, minimum text, for_super boolean, has_system_rows boolean) on commit drop;
insert into asked values
    ('organizations', 'id', 'viewer', true, false),
    ('organization_members', 'organization_id', 'viewer', true, false),
    ('contacts', 'organization_id', 'viewer', false, false),
    ('opportunities', 'organization_id', 'viewer', false, false),
    ('crm_events', 'organization_id', 'viewer', false, false),
    ('workflow_definitions', 'organization_id', 'viewer', false, false),
    ('workflow_execution_logs', 'organization_id', 'viewer', false, false),
    ('automation_requests', 'organization_id', 'viewer', false, false),
    ('agent_executions', 'organization_id', 'viewer', false, false),
    ('api_rate_limits', 'organization_id', 'admin', false, false),
    ('audit_logs', 'organization_id', 'admin', true, false),
    ('security_events', 'organization_id', 'admin', true, true),
    ('security_events_overview', 'organization_id', 'admin', true, true),
    ('integrations', 'organization_id', 'viewer', true, false),
    ('integration_usage_events', 'organization_id', 'viewer', true, false),
    ('integration_usage_statistics', 'organization_id', 'viewer', true, false),
    ('integration_dashboard', 'organization_id', 'viewer', true, false),
    ('system_health_metrics', 'organization_id', 'viewer', true, true),
    ('system_health_checks', 'organization_id', 'viewer', true, true),
    ('system_alert_rules', 'organization_id', 'viewer', true, true),
    ('system_alert_history', 'organization_id', 'viewer', true, true),
    ('system_health_overview', 'organization_id', 'viewer', true, true),
    ('system_metrics_overview', 'organization_id', 'viewer', true, true),
    ('system_alerts_overview', 'organization_id', 'viewer', true, true);

create temporary table person (who text, viewer_of text, admin_of text) on commit drop;
insert into person values
    ('olga', 'h', 'h'), ('ada', 'h', 'h'), ('max', 'h', ''), ('vera', 'h', ''), ('sam', '', ''), ('ida', '', ''),
    ('tom', 'hl', 'l'), ('otto', 'l', 'l'), ('nobody', '', ''), ('forger', '', '');

select is(
    pg_temp.ask(p.who, format(
        $query$ select coalesce(string_agg(distinct case %1$I when pg_temp.id('h') then 'h' when pg_temp.id('l') then 'l' else 'another' end, ''), '')
                  from public.%2$I $query$, a.key, a.relation)),
    case a.minimum when 'viewer' then p.viewer_of else p.admin_of end,
    p.who || ' sees in ' || a.relation || ' the rows of ' || coalesce(nullif(case a.minimum when 'viewer' then p.viewer_of else p.admin_of end, ''), 'nobody'))
  from asked a cross join person p
 order by a.relation, p.who;

select is(
    pg_temp.ask('super', format(
        $query$ select coalesce(string_agg(distinct case %1$I when pg_temp.id('h') then 'h' when pg_temp.id('l') then 'l' end, ''), '')
                       || case when bool_or(%1$I is null) then 's' else '' end
                  from public.%2$I $query$, a.key, a.relation)),
    case when a.for_super then 'hl' else '' end || case when a.has_system_rows then 's' else '' end,
    'a super administrator sees in ' || a.relation || case when a.for_super then ' everything' else ' nothing' end)
  from asked a order by a.relation;
select is(
    pg_temp.ask('service', format(
        $query$ select coalesce(string_agg(distinct case %1$I when pg_temp.id('h') then 'h' when pg_temp.id('l') then 'l' end, ''), '')
                       || case when bool_or(%1$I is null) then 's' else '' end
                  from public.%2$I $query$, a.key, a.relation)),
    'hl' || case when a.has_system_rows then 's' else '' end,
    'the service sees in ' || a.relation || ' everything')
  from asked a order by a.relation;
select is(pg_temp.ask('anon', format('select count(*) from public.%I', r.relation)), '42501', 'anon may not even ask ' || r.relation)
  from (select relation from asked
        union all values ('notifications'), ('profiles'), ('integration_types'), ('data_classifications'), ('data_erasures'),
                         ('index_health_reports'), ('index_health_overview'), ('data_classification_overview')) as r (relation)
 order by r.relation;

-- Rows of one user.
select is(pg_temp.ask(p.who, $query$ select count(*)::text || ' ' || bool_and(user_id = auth.uid())::text from public.notifications $query$),
          case length(p.viewer_of) when 0 then null else length(p.viewer_of) || ' true' end,
          p.who || ' sees the notifications that were sent to active members, and only their own')
  from person p order by p.who;
select is(pg_temp.ask(p.who, 'select count(*)::text || '' '' || bool_and(id = auth.uid())::text from public.profiles'), '1 true',
          p.who || ' sees one profile, which is their own')
  from person p order by p.who;
select is(pg_temp.ask('super', 'select count(*) from public.notifications'), '0', 'a super administrator does not read the notifications of others');
select is(pg_temp.ask('super', 'select count(*) from public.profiles'), '1', 'a super administrator does not read the profiles of others');

-- Rows of nobody's organization.
select is(pg_temp.ask(p.who, format('select count(*) > 0 from public.%I', r.relation)), case p.who when 'super' then 'true' when 'service' then 'true' else 'false' end,
          p.who || case when p.who in ('super', 'service') then ' reads ' else ' reads nothing of ' end || r.relation)
  from (values ('data_classifications'), ('data_erasures'), ('index_health_reports'), ('index_health_overview')) as r (relation)
 cross join (select who from person union all values ('super'), ('service')) as p (who)
 order by r.relation, p.who;
select is(pg_temp.ask(p.who, 'select count(*) > 6 from public.integration_types'), 'true', p.who || ' reads the types of integrations')
  from (select who from person union all values ('super'), ('service')) as p (who) order by p.who;
select is(pg_temp.ask('olga', 'select count(*) from public.data_classification_overview'), '42501', 'the classes of all columns are for the service');
select is(pg_temp.ask('olga', $query$ select count(*) from public.integration_health(pg_temp.id('h')) $query$), '1', 'integration_health answers a member');
select is(pg_temp.ask('vera', $query$ select count(*) from public.integration_health(pg_temp.id('h')) $query$), '1', 'integration_health answers a viewer');
select is(pg_temp.ask('otto', $query$ select count(*) from public.integration_health(pg_temp.id('h')) $query$), '0', 'integration_health is empty for a stranger');
select is(pg_temp.ask('sam', $query$ select count(*) from public.integration_health(pg_temp.id('h')) $query$), '0', 'integration_health is empty for a suspended admin');
select is(pg_temp.ask('anon', $query$ select count(*) from public.integration_health(pg_temp.id('h')) $query$), '42501', 'integration_health is closed to anon');

-- What the policies ask. The functions answer for whoever signed in, whatever is asked of them.
select is(pg_temp.ask(p.who, format(
              $query$ select coalesce(string_agg(case o when pg_temp.id('h') then 'h' when pg_temp.id('l') then 'l' else 'another' end, '' order by o <> pg_temp.id('h')), '')
                        from unnest(private.organizations_of_caller(%L)) o $query$, r.minimum)),
          r.expected, p.who || ' is at least ' || r.minimum || ' of ' || coalesce(nullif(r.expected, ''), 'nothing'))
  from (values ('olga', 'h', 'h', 'h', 'h'), ('ada', 'h', 'h', 'h', ''), ('max', 'h', 'h', '', ''), ('vera', 'h', '', '', ''),
               ('sam', '', '', '', ''), ('ida', '', '', '', ''), ('tom', 'hl', 'hl', 'l', ''), ('otto', 'l', 'l', 'l', 'l'),
               ('nobody', '', '', '', ''), ('super', '', '', '', ''), ('forger', '', '', '', '')) as p (who, viewer, member, admin, owner)
 cross join lateral (values ('viewer', p.viewer), ('member', p.member), ('admin', p.admin), ('owner', p.owner), ('emperor', '')) as r (minimum, expected)
 order by p.who, r.minimum;
select is(pg_temp.ask('olga', 'select cardinality(private.organizations_of_caller(null))'), '0', 'no minimum role opens nothing');
select is(pg_temp.ask(p.who, 'select private.caller_is_super_admin()'), case p.who when 'super' then 'true' else 'false' end,
          p.who || ' is ' || case p.who when 'super' then '' else 'not ' end || 'a super administrator')
  from (select who from person union all values ('super'), ('service')) as p (who) order by p.who;
select is(pg_temp.ask(p.who, 'select private.first_organization_of_super_admin() is null'), case p.who when 'super' then 'false' else 'true' end,
          p.who || ' has ' || case p.who when 'super' then 'a' else 'no' end || ' range of organizations')
  from (select who from person union all values ('super'), ('service')) as p (who) order by p.who;

select * from finish();
rollback;
