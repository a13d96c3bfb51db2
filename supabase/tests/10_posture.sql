-- The posture check and the classes: nothing is open, and what is opened is found.
begin;
set local search_path to public, extensions;
select plan(45);

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

select is_empty('select * from public.security_posture()', 'nothing is open that should not be');
select is(pg_temp.attempt(who, 'select * from public.security_posture()'), '42501', who || ' is not told what is open') from unnest(array['anon', 'olga', 'super']) who;
select is(pg_temp.ask('service', 'select count(*) from public.security_posture()'), '0', 'the service may ask');

-- Each way to open something is found, and named. Every one is undone again.
create function pg_temp.found_after(statement text) returns text language plpgsql as $function$
declare
    findings text;
begin
    execute statement;
    select string_agg(finding || ': ' || object, '; ' order by finding) into findings from public.security_posture() where finding <> 'not_classified' or object = 'public.pgtap_open';
    raise exception using errcode = 'PT001', message = coalesce(findings, 'nothing');
exception when sqlstate 'PT001' then return sqlerrm;
end
$function$;
select is(pg_temp.found_after(s.statement), s.finding, s.statement)
  from (values
    ('alter table public.contacts disable row level security', 'table_without_row_security: public.contacts'),
    ('alter table private.integration_credentials disable row level security', 'table_without_row_security: private.integration_credentials'),
    ('create policy open on public.contacts for select using (true)', 'policy_for_everybody: open on public.contacts'),
    ('create policy open on public.contacts for select to anon using (true)', 'policy_for_everybody: open on public.contacts'),
    ('alter view public.integration_dashboard reset (security_invoker)', 'view_with_owner_rights: public.integration_dashboard'),
    ('alter view public.integration_dashboard set (security_invoker = false)', 'view_with_owner_rights: public.integration_dashboard'),
    ('alter function public.erase_my_data(text) reset search_path', 'definer_without_search_path: public.erase_my_data(text)'),
    ('grant execute on function public.erase_my_data(text) to public', 'function_open_to_everybody: public.erase_my_data(text)'),
    ('grant execute on function public.erase_my_data(text) to anon', 'function_open_to_everybody: public.erase_my_data(text)'),
    ('grant truncate on public.contacts to authenticated', 'right_beyond_row_security: public.contacts'),
    ('grant references on public.contacts to authenticated', 'right_beyond_row_security: public.contacts'),
    ('grant trigger on public.contacts to anon', 'right_beyond_row_security: public.contacts'),
    ('grant select on public.contacts to anon', 'right_of_nobody: public.contacts'),
    ('grant select on public.contacts to public', 'right_of_nobody: public.contacts'),
    ('grant select on private.integration_credentials to authenticated', 'private_relation_open: private.integration_credentials'),
    ('grant select on private.system_health_metrics_default to authenticated', 'private_relation_open: private.system_health_metrics_default'),
    ('alter table private.integration_usage_events_default disable row level security', 'table_without_row_security: private.integration_usage_events_default'),
    ('create table public.pgtap_open (id integer)', 'not_classified: public.pgtap_open; table_without_row_security: public.pgtap_open'),
    ('create table public.pgtap_open (id integer); alter table public.pgtap_open enable row level security', 'not_classified: public.pgtap_open'),
    ('create sequence public.pgtap_seq; grant update on sequence public.pgtap_seq to authenticated', 'sequence_writable: public.pgtap_seq'),
    ('create function public.pgtap_open() returns integer language sql as ''select 1''', 'nothing')) as s (statement, finding);

-- Classes -----------------------------------------------------------------------------------------------------------------

select is_empty($$ select schema_name, table_name, column_name from public.data_classification_overview where class is null $$, 'every column has a class');
select is_empty(
    $$ select c.schema_name, c.table_name, c.column_name from public.data_classifications c
        where not exists (select from public.data_classification_overview v where v.schema_name = c.schema_name and v.table_name = c.table_name
                             and c.column_name in (v.column_name, '*')) $$, 'every class is of something that is there');
select is((select class from public.data_classification_overview where table_name = c.table_name and column_name = c.column_name), c.class, c.table_name || '.' || c.column_name || ' is ' || c.class)
  from (values ('integration_credentials', 'ciphertext', 'secret'), ('profiles', 'full_name', 'personal'), ('contacts', 'email', 'personal'),
               ('audit_logs', 'source_ip', 'personal'), ('audit_logs', 'action', 'confidential'), ('integrations', 'configuration', 'confidential'),
               ('integration_types', 'label', 'public'), ('system_health_metrics', 'metric_value', 'internal')) as c (table_name, column_name, class);
select is_empty($$ select v.schema_name, v.table_name from public.data_classification_overview v where v.class = 'secret' and v.schema_name <> 'private' $$, 'what is secret is in private');
update public.data_classifications set reason = 'pgtap' where table_name = 'contacts' and column_name = '*';
select ok((select updated_at = now() from public.data_classifications where table_name = 'contacts' and column_name = '*'), 'a change of a class has its time');
select is(pg_temp.attempt('service', $$ insert into public.data_classifications (schema_name, table_name, class, reason) values ('public', 'x', 'precious', '') $$), '23514', 'there are five classes');

-- Who calls: the role, not the claim.
select is((select private.caller_is_service()), true, 'the owner of the database, who runs the jobs, is the service');
set local role authenticated;
set local request.jwt.claims = '{"role": "service_role"}';
select throws_ok('select private.caller_is_service()', '42501', null, 'clients do not ask');
reset role;
set local request.jwt.claims = '';
create function pg_temp.is_service() returns boolean language sql security definer as 'select private.caller_is_service()';
grant execute on function pg_temp.is_service() to public;
select is(pg_temp.ask(p.who, 'select pg_temp.is_service()'), p.expected, p.who || ' is ' || case p.expected when 'true' then '' else 'not ' end || 'the service, also within a definer function')
  from (values ('anon', 'false'), ('olga', 'false'), ('super', 'false'), ('service', 'true')) as p (who, expected);

select * from finish();
rollback;
