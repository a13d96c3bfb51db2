-- What is there, and who may touch it: tables, policies, rights, functions, views, indexes, triggers, comments.
begin;
set local search_path to public, extensions;
select plan(427);

-- Policies: exactly these, each for its verb, each for authenticated -----------------------------------

create temporary table expected_policy (table_name text, policy text, verb text) on commit drop;
insert into expected_policy
select t.table_name, t.table_name || '_' || v.verb, upper(v.verb)
  from (values
    ('organizations', '{select,update}'),
    ('organization_members', '{select}'),
    ('profiles', '{select,insert,update}'),
    ('contacts', '{select,insert,update,delete}'),
    ('opportunities', '{select,insert,update,delete}'),
    ('crm_events', '{select,insert}'),
    ('workflow_definitions', '{select,insert,update,delete}'),
    ('workflow_execution_logs', '{select}'),
    ('automation_requests', '{select,insert}'),
    ('agent_executions', '{select}'),
    ('notifications', '{select,update}'),
    ('api_rate_limits', '{select}'),
    ('audit_logs', '{select}'),
    ('integration_types', '{select}'),
    ('integrations', '{select,insert,update,delete}'),
    ('system_health_metrics', '{select}'),
    ('system_health_checks', '{select}'),
    ('system_alert_rules', '{select,insert,update,delete}'),
    ('system_alert_history', '{select}'),
    ('security_events', '{select}'),
    ('data_classifications', '{select}'),
    ('data_erasures', '{select}'),
    ('integration_usage_events', '{select}'),
    ('integration_usage_statistics', '{select}'),
    ('index_health_reports', '{select}')
  ) as t (table_name, verbs)
 cross join lateral unnest(t.verbs::text[]) as v (verb);

select has_table('public', e.table_name, e.table_name || ' is there')
  from expected_policy e group by e.table_name order by e.table_name;
select policies_are('public', e.table_name, array_agg(e.policy::name), e.table_name || ' has exactly its policies')
  from expected_policy e group by e.table_name order by e.table_name;
select policy_roles_are('public', e.table_name, e.policy, array['authenticated']::name[], e.policy || ' is for authenticated alone')
  from expected_policy e order by e.policy;
select policy_cmd_is('public', e.table_name, e.policy, e.verb, e.policy || ' is for ' || e.verb)
  from expected_policy e order by e.policy;

select policies_are('private', 'integration_credentials', array[]::name[], 'credentials have no policy: nobody passes');
select policies_are('private', 'archived_integrations', array[]::name[], 'the archive has no policy: nobody passes');
select is_empty(
    $query$ select tablename, policyname from pg_policies where schemaname in ('public', 'private')
            except select table_name::name, policy::name from expected_policy $query$,
    'no policy is there that nobody expects');
select is_empty(
    $query$ select tablename, policyname from pg_policies
             where schemaname in ('public', 'private') and permissive <> 'PERMISSIVE' $query$,
    'every policy is permissive: one per verb, so nothing is joined by OR');
select is_empty(
    $query$ select tablename, policyname from pg_policies
             where schemaname in ('public', 'private') and cmd = 'UPDATE' and (qual is null or with_check is null) $query$,
    'every policy for UPDATE looks at the row before and after');
select is_empty(
    $query$ select tablename, policyname from pg_policies
             where schemaname in ('public', 'private')
               and coalesce(qual, '') || coalesce(with_check, '') ~ '(user_metadata|raw_user_meta)' $query$,
    'no policy reads what users may write about themselves');
select is_empty(
    $query$ select tablename, policyname from pg_policies
             where schemaname in ('public', 'private')
               and regexp_replace(coalesce(qual, '') || coalesce(with_check, ''), '\( SELECT (private|auth)\.', '', 'g')
                   ~ '(private|auth)\.' $query$,
    'every policy asks who calls once per statement, in a sub-select');
select is_empty(
    $query$ select c.oid::regclass from pg_class c
             where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
               and c.relkind in ('r', 'p') and not c.relrowsecurity $query$,
    'row-level security is on for every table');

-- Rights ------------------------------------------------------------------------------------------------

create temporary table expected_right (relation text, authenticated text[], service_role text[]) on commit drop;
insert into expected_right values
    ('organizations', '{SELECT}', '{SELECT,INSERT,UPDATE,DELETE}'),
    ('organization_members', '{SELECT}', '{SELECT,INSERT,UPDATE,DELETE}'),
    ('profiles', '{SELECT}', '{SELECT,INSERT,UPDATE,DELETE}'),
    ('contacts', '{SELECT,INSERT,UPDATE,DELETE}', '{SELECT,INSERT,UPDATE,DELETE}'),
    ('opportunities', '{SELECT,INSERT,UPDATE,DELETE}', '{SELECT,INSERT,UPDATE,DELETE}'),
    ('crm_events', '{SELECT,INSERT}', '{SELECT,INSERT,UPDATE,DELETE}'),
    ('workflow_definitions', '{SELECT,INSERT,UPDATE,DELETE}', '{SELECT,INSERT,UPDATE,DELETE}'),
    ('workflow_execution_logs', '{SELECT}', '{SELECT,INSERT,UPDATE,DELETE}'),
    ('automation_requests', '{SELECT,INSERT}', '{SELECT,INSERT,UPDATE,DELETE}'),
    ('agent_executions', '{SELECT}', '{SELECT,INSERT,UPDATE,DELETE}'),
    ('notifications', '{SELECT}', '{SELECT,INSERT,UPDATE,DELETE}'),
    ('api_rate_limits', '{SELECT}', '{SELECT,INSERT,UPDATE,DELETE}'),
    ('audit_logs', '{SELECT}', '{SELECT,INSERT}'),
    ('integration_types', '{SELECT}', '{SELECT,INSERT,UPDATE,DELETE}'),
    ('integrations', '{SELECT,INSERT,UPDATE,DELETE}', '{SELECT,INSERT,UPDATE,DELETE}'),
    ('system_health_metrics', '{SELECT}', '{SELECT,INSERT}'),
    ('system_health_checks', '{SELECT}', '{SELECT,INSERT}'),
    ('system_alert_rules', '{SELECT,DELETE}', '{SELECT,INSERT,UPDATE,DELETE}'),
    ('system_alert_history', '{SELECT}', '{SELECT}'),
    ('security_events', '{SELECT}', '{SELECT,INSERT}'),
    ('data_classifications', '{SELECT}', '{SELECT,INSERT,UPDATE,DELETE}'),
    ('data_erasures', '{SELECT}', '{SELECT}'),
    ('integration_usage_events', '{SELECT}', '{SELECT,INSERT}'),
    ('integration_usage_statistics', '{SELECT}', '{SELECT}'),
    ('index_health_reports', '{SELECT}', '{SELECT}'),
    ('system_health_overview', '{SELECT}', '{SELECT}'),
    ('system_metrics_overview', '{SELECT}', '{SELECT}'),
    ('system_alerts_overview', '{SELECT}', '{SELECT}'),
    ('security_events_overview', '{SELECT}', '{SELECT}'),
    ('data_classification_overview', '{}', '{SELECT}'),
    ('integration_dashboard', '{SELECT}', '{SELECT}'),
    ('index_health_overview', '{SELECT}', '{SELECT}');

select table_privs_are('public', r.relation, 'anon', array[]::name[], 'anon has no right on ' || r.relation)
  from expected_right r order by r.relation;
select table_privs_are('public', r.relation, 'authenticated', r.authenticated::name[], 'authenticated has its rights on ' || r.relation)
  from expected_right r order by r.relation;
select table_privs_are('public', r.relation, 'service_role', r.service_role::name[], 'service_role has its rights on ' || r.relation)
  from expected_right r order by r.relation;
select table_privs_are('private', r.relation, r.grantee, array[]::name[], r.grantee || ' has no right on ' || r.relation)
  from (values ('integration_credentials', 'anon'), ('integration_credentials', 'authenticated'),
               ('archived_integrations', 'anon'), ('archived_integrations', 'authenticated')) as r (relation, grantee);
select is_empty(
    $query$ select c.relname from pg_class c
             where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
               and c.relname not in (select relation from expected_right)
               and (has_any_column_privilege('anon', c.oid, 'select,insert,update')
                    or has_any_column_privilege('authenticated', c.oid, 'select,insert,update')) $query$,
    'no relation is open to clients that nobody expects');
select is_empty(
    $query$ select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
             where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and a.attacl is not null
               and exists (select from aclexplode(a.attacl) x where x.grantee in (0, 'anon'::regrole)) $query$,
    'no column is granted to anon or PUBLIC');
select set_eq(
    $query$ select c.relname::text, a.attname::text, x.privilege_type
              from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
             cross join lateral aclexplode(a.attacl) x
             where c.relnamespace = 'public'::regnamespace and x.grantee = 'authenticated'::regrole $query$,
    $query$ values ('organizations', 'name', 'UPDATE'), ('notifications', 'read_at', 'UPDATE'),
                   ('profiles', 'id', 'INSERT'), ('profiles', 'full_name', 'INSERT'), ('profiles', 'locale', 'INSERT'),
                   ('profiles', 'full_name', 'UPDATE'), ('profiles', 'locale', 'UPDATE'),
                   ('system_alert_rules', 'organization_id', 'INSERT'), ('system_alert_rules', 'scope', 'INSERT'),
                   ('system_alert_rules', 'name', 'INSERT'), ('system_alert_rules', 'description', 'INSERT'),
                   ('system_alert_rules', 'metric_name', 'INSERT'), ('system_alert_rules', 'aggregate', 'INSERT'),
                   ('system_alert_rules', 'comparison', 'INSERT'), ('system_alert_rules', 'threshold', 'INSERT'),
                   ('system_alert_rules', 'window_seconds', 'INSERT'), ('system_alert_rules', 'severity', 'INSERT'),
                   ('system_alert_rules', 'is_enabled', 'INSERT'),
                   ('system_alert_rules', 'name', 'UPDATE'), ('system_alert_rules', 'description', 'UPDATE'),
                   ('system_alert_rules', 'metric_name', 'UPDATE'), ('system_alert_rules', 'aggregate', 'UPDATE'),
                   ('system_alert_rules', 'comparison', 'UPDATE'), ('system_alert_rules', 'threshold', 'UPDATE'),
                   ('system_alert_rules', 'window_seconds', 'UPDATE'), ('system_alert_rules', 'severity', 'UPDATE'),
                   ('system_alert_rules', 'is_enabled', 'UPDATE') $query$,
    'authenticated may write exactly these single columns');
select schema_privs_are('private', 'anon', array[]::name[], 'anon cannot enter the schema private');
select schema_privs_are('private', 'authenticated', array['USAGE']::name[], 'authenticated may only use what is granted in private');

-- What will be created is closed, too.
create table public.pgtap_probe (id integer);
create sequence public.pgtap_probe_seq;
create function public.pgtap_probe() returns integer language sql as 'select 1';
select table_privs_are('public', 'pgtap_probe', 'anon', array[]::name[], 'a new table is closed to anon');
select table_privs_are('public', 'pgtap_probe', 'authenticated', array[]::name[], 'a new table is closed to authenticated');
select sequence_privs_are('public', 'pgtap_probe_seq', 'anon', array[]::name[], 'a new sequence is closed to anon');
select sequence_privs_are('public', 'pgtap_probe_seq', 'authenticated', array[]::name[], 'a new sequence is closed to authenticated');
select function_privs_are('public', 'pgtap_probe', array[]::name[], 'anon', array[]::name[], 'a new function is closed to anon');
select function_privs_are('public', 'pgtap_probe', array[]::name[], 'authenticated', array[]::name[], 'a new function is closed to authenticated');
drop function public.pgtap_probe();
drop sequence public.pgtap_probe_seq;
drop table public.pgtap_probe;

-- Functions ---------------------------------------------------------------------------------------------

create temporary table expected_function (function text, for_authenticated boolean, for_service boolean, is_definer boolean) on commit drop;
insert into expected_function values
    ('public.search_contacts(uuid,text,integer)', true, false, true),
    ('public.record_health_metric(text,double precision,uuid,text,jsonb)', false, true, false),
    ('public.record_health_check(text,text,uuid,double precision,jsonb)', false, true, false),
    ('public.evaluate_alert_rules()', false, true, true),
    ('public.acknowledge_alert(uuid,text)', true, true, true),
    ('public.resolve_alert(uuid,text)', true, true, true),
    ('public.purge_health_history(interval)', false, true, true),
    ('public.search_audit_logs(text,uuid,integer,timestamp with time zone)', true, true, true),
    ('public.record_security_event(text,text,uuid,uuid,inet,text,jsonb)', false, true, false),
    ('public.erase_my_data(text)', true, false, true),
    ('public.erase_user_data(uuid,text)', true, true, true),
    ('public.check_rate_limit(uuid,text,integer,integer,integer)', false, true, false),
    ('public.security_posture()', false, true, false),
    ('public.record_integration_usage(uuid,text,boolean,double precision,text)', false, true, false),
    ('public.integration_health(uuid)', true, true, false),
    ('public.record_integration_health()', false, true, false),
    ('public.cleanup_inactive_integrations(interval,interval,boolean)', false, true, true),
    ('public.restore_archived_integration(uuid)', false, true, true),
    ('public.purge_usage_history(interval)', false, true, true),
    ('public.record_index_health()', false, true, true),
    ('private.caller_is_super_admin()', true, true, false),
    ('private.organizations_of_caller(text)', true, true, true),
    ('private.organizations_open_to_caller(text)', true, true, true),
    ('private.first_organization_of_super_admin()', true, true, false),
    ('private.require_columns(text,text[])', false, false, false),
    ('private.set_updated_at()', false, false, false),
    ('private.keep_organization()', false, false, false),
    ('private.fill_workflow_log_organization()', false, false, false),
    ('private.view_can_be_replaced(text,text[])', false, false, false),
    ('private.require_single_function(text[])', false, false, false),
    ('private.require_valid_indexes(text[])', false, false, false),
    ('private.require_partitioned(text,text)', false, false, false),
    ('private.keep_by_month(regclass,interval)', false, false, false),
    ('private.caller_is_service()', false, false, false),
    ('private.caller_may_handle_alert(uuid)', false, false, false),
    ('private.write_audit_log()', false, false, true),
    ('private.keep_record()', false, false, false),
    ('private.without_identifiers(jsonb,text[])', false, false, false),
    ('private.erase_user(uuid,text,text)', false, false, false),
    ('private.count_integration_usage()', false, false, true);

select is(
    (select concat_ws(', ', case when has_function_privilege('anon', p.oid, 'execute') then 'anon' end,
                      case when has_function_privilege('authenticated', p.oid, 'execute') then 'authenticated' end,
                      case when has_function_privilege('service_role', p.oid, 'execute') then 'service_role' end,
                      case when p.prosecdef then 'definer' else 'invoker' end,
                      (select s from unnest(p.proconfig) s where s like 'search\_path=%'))
       from pg_proc p where p.oid = to_regprocedure(f.function)),
    concat_ws(', ', case when f.for_authenticated then 'authenticated' end, case when f.for_service then 'service_role' end,
              case when f.is_definer then 'definer' else 'invoker' end, 'search_path=pg_catalog, pg_temp'),
    f.function || ': who may call it, with whose rights it runs, its search_path')
  from expected_function f order by f.function;
select is_empty(
    $query$ select p.oid::regprocedure from pg_proc p
             where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)
               and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
               and p.oid not in (select to_regprocedure(function) from expected_function) $query$,
    'no function is there that nobody expects, so none has overloads');
select is_empty(
    $query$ select p.oid::regprocedure from pg_proc p
             where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)
               and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
               and exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x where x.grantee = 0) $query$,
    'no function is open to PUBLIC');
select is((select p.provolatile::text || p.proparallel::text from pg_proc p where p.oid = 'private.organizations_of_caller(text)'::regprocedure),
          'ss', 'organizations_of_caller is stable and safe in parallel plans');
select is((select p.provolatile::text || p.proparallel::text from pg_proc p where p.oid = 'private.organizations_open_to_caller(text)'::regprocedure),
          'ss', 'organizations_open_to_caller is stable and safe in parallel plans');
select is((select p.provolatile::text || p.proparallel::text from pg_proc p where p.oid = 'private.caller_is_super_admin()'::regprocedure),
          'ss', 'caller_is_super_admin is stable and safe in parallel plans');
select is((select p.provolatile::text || p.proparallel::text from pg_proc p where p.oid = 'private.first_organization_of_super_admin()'::regprocedure),
          'ss', 'first_organization_of_super_admin is stable and safe in parallel plans');
select is_empty(
    $query$ select p.oid::regprocedure from pg_proc p
             where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace) and p.proleakproof
               and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e') $query$,
    'no function claims to be leakproof');

-- Views -------------------------------------------------------------------------------------------------

select set_eq(
    $query$ select c.relname::text from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('v', 'm')
               and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
               and c.reloptions @> array['security_invoker=true'] $query$,
    array['system_health_overview', 'system_metrics_overview', 'system_alerts_overview', 'security_events_overview',
          'data_classification_overview', 'integration_dashboard', 'index_health_overview'],
    'the views run with the rights of whoever asks');
select is_empty(
    $query$ select c.oid::regclass from pg_class c
             where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind in ('v', 'm')
               and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
               and not coalesce(c.reloptions @> array['security_invoker=true'], false) $query$,
    'no view runs with the rights of its owner');

-- Triggers ----------------------------------------------------------------------------------------------

select triggers_are('public', t.table_name, t.triggers::name[], t.table_name || ' has exactly its triggers')
  from (values
    ('organizations', '{set_updated_at}'),
    ('organization_members', '{set_updated_at,write_audit_log,write_audit_log_on_update}'),
    ('profiles', '{set_updated_at}'),
    ('contacts', '{set_updated_at,keep_organization}'),
    ('opportunities', '{set_updated_at,keep_organization}'),
    ('workflow_definitions', '{set_updated_at,keep_organization}'),
    ('workflow_execution_logs', '{fill_organization}'),
    ('automation_requests', '{set_updated_at}'),
    ('integrations', '{set_updated_at,keep_organization,write_audit_log,write_audit_log_on_update}'),
    ('system_alert_rules', '{set_updated_at}'),
    ('audit_logs', '{keep_record}'),
    ('security_events', '{keep_record}'),
    ('data_classifications', '{set_updated_at}'),
    ('integration_usage_events', '{count_integration_usage}')
  ) as t (table_name, triggers);
select is_empty(
    $query$ select tgrelid::regclass, tgname from pg_trigger
             where tgrelid in (select oid from pg_class where relnamespace in ('public'::regnamespace, 'private'::regnamespace))
               and not tgisinternal and tgenabled <> 'O' $query$,
    'no trigger is switched off');

-- Indexes and constraints ---------------------------------------------------------------------------------

select has_index('public', i.table_name, i.index_name, i.index_name || ' is there')
  from (values
    ('contacts', 'idx_contacts_name'), ('contacts', 'idx_contacts_search'), ('contacts', 'idx_contacts_last_contact'),
    ('workflow_definitions', 'idx_workflow_definitions_activity'), ('workflow_definitions', 'idx_workflow_definitions_due'),
    ('workflow_execution_logs', 'idx_workflow_execution_logs_time'), ('workflow_execution_logs', 'idx_workflow_execution_logs_failed'),
    ('automation_requests', 'idx_automation_requests_pending'), ('integrations', 'idx_active_integrations'),
    ('api_rate_limits', 'idx_api_rate_limits_window'), ('api_rate_limits', 'idx_api_rate_limits_cleanup'),
    ('crm_events', 'idx_crm_events_date'), ('agent_executions', 'idx_agent_executions_status'),
    ('notifications', 'idx_notifications_pending'), ('opportunities', 'idx_opportunities_open'),
    ('integrations', 'idx_integrations_type'), ('integrations', 'idx_integrations_activity'), ('integrations', 'idx_integrations_status'),
    ('audit_logs', 'idx_audit_logs_organization_time'), ('audit_logs', 'idx_audit_logs_actor'), ('audit_logs', 'idx_audit_logs_search'),
    ('security_events', 'idx_security_events_organization'), ('security_events', 'idx_security_events_user'),
    ('data_erasures', 'idx_data_erasures_performed_by'),
    ('system_health_metrics', 'idx_system_health_metrics_series'), ('system_health_metrics', 'idx_system_health_metrics_recorded'),
    ('system_health_checks', 'idx_system_health_checks_component'), ('system_health_checks', 'idx_system_health_checks_checked'),
    ('system_alert_history', 'idx_system_alert_history_unresolved'), ('system_alert_history', 'idx_system_alert_history_organization'),
    ('system_alert_history', 'idx_system_alert_history_rule'), ('system_alert_history', 'idx_system_alert_history_acknowledged_by'),
    ('system_alert_history', 'idx_system_alert_history_resolved_by'),
    ('integration_usage_events', 'idx_integration_usage_events_integration'), ('integration_usage_events', 'idx_integration_usage_events_occurred'),
    ('index_health_reports', 'idx_index_health_reports_index')
  ) as i (table_name, index_name);
select is_empty(
    $query$ select i.indexrelid::regclass from pg_index i join pg_class c on c.oid = i.indrelid
             where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and not (i.indisvalid and i.indisready) $query$,
    'every index is valid');
select is_empty(
    $query$ select conrelid::regclass, conname from pg_constraint
             where connamespace in ('public'::regnamespace, 'private'::regnamespace) and not convalidated $query$,
    'every constraint is validated');
select is_empty(
    $query$ select c.conrelid::regclass, c.conname from pg_constraint c
             where c.contype = 'f' and c.connamespace in ('public'::regnamespace, 'private'::regnamespace)
               and not exists (
                   select from pg_index i
                    where i.indrelid = c.conrelid and i.indisvalid
                      and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) ~ 'IS NOT NULL')
                      -- All of its columns first, or one first that says more than the organization.
                      and ((string_to_array(i.indkey::text, ' ')::smallint[])[1:cardinality(c.conkey)] @> c.conkey
                           or (i.indkey[0] = any (c.conkey)
                               and i.indkey[0] <> (select a.attnum from pg_attribute a
                                                    where a.attrelid = c.conrelid and a.attname = 'organization_id')))) $query$,
    'every foreign key is supported by an index');

-- Columns and constraints; a constraint is given without the name of its table in front ----------------------

create temporary table expected_table (schema_name text, table_name text, columns text, constraints text) on commit drop;
insert into expected_table values
    ('public', 'agent_executions',
     'id,organization_id,agent,status,error,tokens_used,started_at,finished_at',
     'organization_id_fkey,pkey,status_check,tokens_used_check'),
    ('public', 'api_rate_limits',
     'id,organization_id,endpoint,window_start,request_count',
     'organization_id_fkey,pkey,request_count_check'),
    ('public', 'audit_logs',
     'id,organization_id,actor_id,action,entity_type,entity_id,details,created_at,source_ip,user_agent',
     'action_check,actor_id_fkey,organization_id_fkey,pkey'),
    ('public', 'automation_requests',
     'id,organization_id,requested_by,request_type,payload,status,run_after,created_at,updated_at',
     'organization_id_fkey,pkey,request_type_check,requested_by_fkey,status_check'),
    ('public', 'contacts',
     'id,organization_id,full_name,email,phone,company,notes,tags,last_contact_at,created_at,updated_at',
     'full_name_check,organization_id_fkey,organization_id_id_key,pkey'),
    ('public', 'crm_events',
     'id,organization_id,contact_id,event_type,payload,occurred_at,created_at',
     'contact_of_organization_fkey,event_type_check,organization_id_fkey,pkey'),
    ('public', 'data_classifications',
     'schema_name,table_name,column_name,class,on_erasure,reason,created_at,updated_at',
     'class_check,on_erasure_check,pkey'),
    ('public', 'data_erasures',
     'id,subject_digest,requested_by,performed_by,reason,removed,account_deleted,erased_at',
     'performed_by_fkey,pkey,reason_check,requested_by_check,subject_digest_check'),
    ('public', 'index_health_reports',
     'id,checked_at,schema_name,table_name,index_name,verdict,covered_by,scans,size_bytes',
     'checked_at_index_key,pkey,verdict_check'),
    ('public', 'integration_types',
     'integration_type,label,description,created_at',
     'integration_type_check,pkey'),
    ('public', 'integration_usage_events',
     'id,organization_id,integration_id,event_type,is_success,duration_ms,error_code,occurred_at',
     'duration_ms_check,error_code_check,event_type_check,integration_of_organization_fkey,pkey'),
    ('public', 'integration_usage_statistics',
     'organization_id,integration_id,usage_date,calls,failures,timed_calls,total_duration_ms,max_duration_ms,last_used_at,last_failed_at',
     'calls_check,integration_of_organization_fkey,pkey'),
    ('public', 'integrations',
     'id,organization_id,integration_type,is_active,status,configuration,last_sync_at,last_error,created_at,updated_at',
     'configuration_check,id_organization_id_key,integration_type_fkey,organization_id_fkey,organization_id_integration_type_key,pkey,status_check'),
    ('public', 'notifications',
     'id,organization_id,user_id,channel,title,body,status,scheduled_at,sent_at,read_at,created_at',
     'channel_check,member_of_organization_fkey,pkey,status_check'),
    ('public', 'opportunities',
     'id,organization_id,contact_id,title,stage,value,currency,expected_close_date,closed_at,created_at,updated_at',
     'closed_at_check,contact_of_organization_fkey,currency_check,organization_id_fkey,pkey,stage_check,title_check,value_check'),
    ('public', 'organization_members',
     'organization_id,user_id,role,status,created_at,updated_at',
     'organization_id_fkey,pkey,role_check,status_check,user_id_fkey'),
    ('public', 'organizations',
     'id,name,created_at,updated_at',
     'name_check,pkey'),
    ('public', 'profiles',
     'id,full_name,locale,created_at,updated_at',
     'id_fkey,pkey'),
    ('public', 'security_events',
     'id,organization_id,user_id,event_type,severity,source_ip,user_agent,details,occurred_at',
     'details_check,event_type_check,organization_id_fkey,pkey,severity_check,user_id_fkey'),
    ('public', 'system_alert_history',
     'id,rule_id,organization_id,rule_name,description,metric_name,severity,status,observed_value,threshold,fired_at,last_seen_at,acknowledged_at,acknowledged_by,resolved_at,resolved_by,note',
     'acknowledged_by_fkey,note_check,organization_id_fkey,pkey,resolved_at_check,resolved_by_fkey,rule_id_fkey,severity_check,status_check'),
    ('public', 'system_alert_rules',
     'id,organization_id,scope,name,description,metric_name,aggregate,comparison,threshold,window_seconds,severity,is_enabled,created_at,updated_at',
     'aggregate_check,comparison_check,metric_name_check,name_check,organization_id_fkey,organization_id_name_key,pkey,scope_check,severity_check,threshold_check,window_seconds_check'),
    ('public', 'system_health_checks',
     'id,organization_id,component,status,latency_ms,details,checked_at',
     'component_check,details_check,latency_ms_check,organization_id_fkey,pkey,status_check'),
    ('public', 'system_health_metrics',
     'id,organization_id,metric_name,metric_value,unit,labels,recorded_at',
     'labels_check,metric_name_check,metric_value_check,organization_id_fkey,pkey'),
    ('public', 'workflow_definitions',
     'id,organization_id,name,definition,is_active,next_run_at,last_run_at,created_at,updated_at',
     'name_check,organization_id_fkey,organization_id_id_key,pkey'),
    ('public', 'workflow_execution_logs',
     'id,workflow_id,status,error,details,started_at,finished_at,organization_id',
     'pkey,status_check,workflow_id_fkey,workflow_of_organization_fkey'),
    ('private', 'archived_integrations',
     'organization_id,integration_id,integration,statistics,archived_at',
     'organization_id_fkey,pkey'),
    ('private', 'integration_credentials',
     'organization_id,integration_id,ciphertext,nonce,wrapped_key,wrapped_key_nonce,key_id,created_at,updated_at,rotated_at',
     'ciphertext_check,integration_of_organization_fkey,key_id_check,nonce_check,pkey,wrapped_key_check,wrapped_key_nonce_check');
select columns_are(e.schema_name, e.table_name, string_to_array(e.columns, ',')::name[], e.table_name || ' has exactly its columns')
  from expected_table e order by e.schema_name, e.table_name;
select bag_eq(
    format($query$ select k.conname::text from pg_constraint k where k.conrelid = %L::regclass and k.contype in ('p', 'u', 'f', 'c', 'x') $query$,
           format('%I.%I', e.schema_name, e.table_name)),
    (select array_agg(e.table_name || '_' || c.name) from unnest(string_to_array(e.constraints, ',')) as c (name)),
    e.table_name || ' has exactly its constraints')
  from expected_table e order by e.schema_name, e.table_name;
select bag_eq(
    $query$ select c.relnamespace::regnamespace::text || '.' || c.relname from pg_class c
             where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind in ('r', 'p')
               and not c.relispartition
               and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e') $query$,
    (select array_agg(e.schema_name || '.' || e.table_name) from expected_table e),
    'no table is there that nobody expects');
-- The months come and go: each partition is where no API looks, closed to everybody, and no other table is one.
select set_eq(
    $query$ select i.inhparent::regclass::text || ' by ' || pg_get_partkeydef(i.inhparent)
              from pg_inherits i join pg_class c on c.oid = i.inhrelid and c.relispartition and c.relkind = 'r'
             where pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT' and c.relnamespace = 'private'::regnamespace $query$,
    array['integration_usage_events by RANGE (occurred_at)', 'system_health_checks by RANGE (checked_at)',
          'system_health_metrics by RANGE (recorded_at)'],
    'what grows with time is partitioned by it, and takes rows of every time');
select is_empty(
    $query$ select c.oid::regclass from pg_class c
             where c.relispartition and c.relkind in ('r', 'p') and c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
               and (c.relnamespace <> 'private'::regnamespace or not c.relrowsecurity
                    or exists (select from aclexplode(c.relacl) x where x.grantee <> c.relowner)
                    or exists (select from pg_policy p where p.polrelid = c.oid)) $query$,
    'no partition can be reached by itself');

-- Comments ----------------------------------------------------------------------------------------------

select is_empty(
    $query$ select c.oid::regclass from pg_class c
             where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind in ('r', 'p', 'v', 'm')
               and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
               and obj_description(c.oid, 'pg_class') is null $query$,
    'every table and view has a comment');
select is_empty(
    $query$ select c.oid::regclass, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
             where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind in ('r', 'p', 'v', 'm')
               and not c.relispartition
               and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
               and col_description(c.oid, a.attnum) is null $query$,
    'every column has a comment');
select is_empty(
    $query$ select p.oid::regprocedure from pg_proc p
             where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)
               and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
               and obj_description(p.oid, 'pg_proc') is null $query$,
    'every function has a comment');
select is_empty(
    $query$ select p.polrelid::regclass, p.polname from pg_policy p join pg_class c on c.oid = p.polrelid
             where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and obj_description(p.oid, 'pg_policy') is null $query$,
    'every policy has a comment');
select is_empty(
    $query$ select t.tgrelid::regclass, t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid
             where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and not t.tgisinternal
               and obj_description(t.oid, 'pg_trigger') is null $query$,
    'every trigger has a comment');
select is_empty(
    $query$ select i.indexrelid::regclass from pg_index i join pg_class c on c.oid = i.indrelid
             where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
               and not c.relispartition
               and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
               and obj_description(i.indexrelid, 'pg_class') is null $query$,
    'every index has a comment');

select * from finish();
rollback;
