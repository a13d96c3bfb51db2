-- The audit log and security events: what writes them, who finds what, and that nobody rewrites them.
begin;
set local search_path to public, extensions;
select plan(65);

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

-- What the database notes by itself -------------------------------------------------------------------------

create function pg_temp.noted(action text) returns setof text language sql as $function$
    select coalesce((select u.email from auth.users u where u.id = a.actor_id), 'service') || ' ' || a.details::text
      from public.audit_logs a where a.organization_id = pg_temp.id('h') and a.action = $1
$function$;
select is((select count(*) from pg_temp.noted('organization_member.created')), 7::bigint, 'every member of the cast was noted');
select is((select a.details::text from public.audit_logs a where a.organization_id = pg_temp.id('h')
            and a.action = 'organization_member.created' and a.entity_id = pg_temp.id('sam')),
          '{"after": {"role": "admin", "status": "suspended"}}', 'with role and status');
update public.organization_members set role = 'admin', status = 'active' where user_id = pg_temp.id('ida');
select results_eq($$ select * from pg_temp.noted('organization_member.updated') $$,
    array['service {"after": {"role": "admin", "status": "active"}, "before": {"role": "admin", "status": "invited"}}'],
    'a change of a membership is noted, with before and after');
update public.organization_members set role = 'admin' where user_id = pg_temp.id('ida');
select is((select count(*) from pg_temp.noted('organization_member.updated')), 1::bigint, 'what changes nothing is not noted');
delete from public.organization_members where user_id = pg_temp.id('ida');
select results_eq($$ select * from pg_temp.noted('organization_member.deleted') $$,
    array['service {"before": {"role": "admin", "status": "active"}}'], 'the end of a membership is noted');

select is(pg_temp.ask('ada', $$ insert into public.integrations (id, organization_id, integration_type, configuration)
                                values (pg_temp.id('email h'), pg_temp.id('h'), 'email', '{"host": "pgtap-host"}') returning 'added' $$), 'added', 'an admin adds an integration');
select results_eq($$ select * from pg_temp.noted('integration.created') $$,
    array['ada@pgtap.example {"after": {"is_active": false, "integration_type": "email"}}'], 'which is noted with who did it, without the settings');
select is(pg_temp.ask('ada', $$ update public.integrations set is_active = true where id = pg_temp.id('email h') returning 'switched' $$), 'switched', 'an admin switches it on');
select is(pg_temp.ask('olga', $$ update public.integrations set configuration = '{"host": "pgtap-other"}' where id = pg_temp.id('email h') returning 'configured' $$), 'configured', 'an owner configures it');
select set_eq($$ select * from pg_temp.noted('integration.updated') $$,
    array['ada@pgtap.example {"after": {"is_active": true, "integration_type": "email"}, "before": {"is_active": false, "integration_type": "email"}}',
          'olga@pgtap.example {"after": {"is_active": true, "integration_type": "email"}, "before": {"is_active": true, "integration_type": "email"}}'],
    'both are noted');
update public.integrations set status = 'error', last_error = 'x', last_sync_at = now() where id = pg_temp.id('email h');
select is((select count(*) from pg_temp.noted('integration.updated')), 2::bigint, 'what the service sees of it is not');
select is(pg_temp.ask('olga', $$ delete from public.integrations where id = pg_temp.id('email h') returning 'removed' $$), 'removed', 'an owner removes it');
select results_eq($$ select * from pg_temp.noted('integration.deleted') $$,
    array['olga@pgtap.example {"before": {"is_active": true, "integration_type": "email"}}'], 'which is noted');
select is((select count(*) from public.audit_logs a where a.organization_id = pg_temp.id('h') and a::text ~ 'pgtap-(host|other)'), 0::bigint, 'settings are never copied');
set local request.jwt.claims = '{"role": "authenticated", "sub": "00000000-0000-4000-8000-00000000dead"}';
select lives_ok($$ insert into public.integrations (organization_id, integration_type) values (pg_temp.id('h'), 'sms') $$, 'a token may outlive its user: the change is noted without one');
set local request.jwt.claims = '';

-- Reading is writing nothing.
create temporary table counted on commit drop as select count(*) as entries from public.audit_logs;
select lives_ok($$ select pg_temp.ask('olga', 'select count(*) from public.audit_logs'), pg_temp.ask('olga', $q$ select count(*) from public.search_audit_logs('integration', pg_temp.id('h')) $q$) $$, 'the log is read');
select is((select count(*) from public.audit_logs), (select entries from counted), 'and reading it adds nothing');

-- Search ------------------------------------------------------------------------------------------------------

insert into public.audit_logs (organization_id, actor_id, action, entity_type, details, created_at) values
    (pg_temp.id('h'), pg_temp.id('olga'), 'contact.deleted', 'contact', '{"name": "Anna Berg", "email": "anna@pgtap.example"}', now() - interval '3 days'),
    (pg_temp.id('h'), pg_temp.id('max'), 'contact.exported', 'contact', '{"rows": 4711, "deep": {"list": ["Zanzibar"]}}', now() - interval '2 days'),
    (pg_temp.id('l'), pg_temp.id('otto'), 'contact.deleted', 'contact', '{"name": "Anna Lund"}', now() - interval '1 day');
create function pg_temp.found(who text, query text, rest text default '') returns text language sql as $function$
    select pg_temp.ask(who, format($query$ select coalesce(string_agg(details ->> 'name', ', ' order by created_at desc), count(*)::text) from public.search_audit_logs(%L%s) $query$, query, rest))
$function$;
select is(pg_temp.found(s.who, s.query, s.rest), s.expected, s.what)
  from (values
    ('olga', 'anna', $$, pg_temp.id('h')$$, 'Anna Berg', 'an owner finds a name in the details'),
    ('ada', 'anna@pgtap.example', $$, pg_temp.id('h')$$, 'Anna Berg', 'an admin finds an address'),
    ('ada', 'contact.deleted', $$, pg_temp.id('h')$$, 'Anna Berg', 'an action is found as a whole'),
    ('ada', 'deleted contact', $$, pg_temp.id('h')$$, 'Anna Berg', 'and by its parts'),
    ('ada', 'zanzibar', $$, pg_temp.id('h')$$, '1', 'a word deep in the details is found'),
    ('ada', '4711', $$, pg_temp.id('h')$$, '1', 'a number is found'),
    ('ada', 'contact -deleted', $$, pg_temp.id('h')$$, '1', 'words can be excluded'),
    ('ada', 'deleted or exported', $$, pg_temp.id('h'), 1$$, '1', 'the number of answers can be limited'),
    ('ada', 'anna', $$, pg_temp.id('h'), 50, now() - interval '4 days'$$, '0', 'a time can be given, before which it was'),
    ('ada', 'lund', $$, pg_temp.id('h')$$, '0', 'nothing of another organization is found'),
    ('tom', 'anna', $$, pg_temp.id('l')$$, 'Anna Lund', 'a member of two searches where they are admin'),
    ('tom', 'anna', $$, pg_temp.id('h')$$, '42501', 'and is refused where they are not'),
    ('max', 'anna', $$, pg_temp.id('h')$$, '42501', 'a member is refused'),
    ('vera', 'anna', $$, pg_temp.id('h')$$, '42501', 'a viewer is refused'),
    ('sam', 'anna', $$, pg_temp.id('h')$$, '42501', 'a suspended admin is refused'),
    ('ida', 'anna', $$, pg_temp.id('h')$$, '42501', 'one who is no member any more is refused'),
    ('otto', 'anna', $$, pg_temp.id('h')$$, '42501', 'an owner of another organization is refused'),
    ('nobody', 'anna', $$, pg_temp.id('h')$$, '42501', 'one without organization is refused'),
    ('forger', 'anna', $$, pg_temp.id('h')$$, '42501', 'who calls themselves super administrator is refused'),
    ('anon', 'anna', $$, pg_temp.id('h')$$, '42501', 'anon is refused'),
    ('olga', 'anna', $$, pg_temp.id('nowhere')$$, '42501', 'an organization that is not there is refused like one of others'),
    ('olga', 'anna', '', '42501', 'an owner does not search all organizations'),
    ('super', 'anna', $$, pg_temp.id('h')$$, 'Anna Berg', 'a super administrator searches any organization'),
    ('super', '"anna lund" or "anna berg"', '', 'Anna Lund, Anna Berg', 'and all at once, newest first'),
    ('service', '"anna lund" or "anna berg"', '', 'Anna Lund, Anna Berg', 'so does the service'),
    ('olga', '', $$, pg_temp.id('h')$$, '22023', 'nothing to search for is refused'),
    ('olga', '-', $$, pg_temp.id('h')$$, '22023', 'so is what holds no word'),
    ('olga', 'it''s "unbalanced ) & | !', $$, pg_temp.id('h')$$, '0', 'no input is a syntax error')
  ) as s (who, query, rest, expected, what);
select lives_ok($$ insert into public.audit_logs (organization_id, action, entity_type, details)
                   select pg_temp.id('h'), 'pgtap.large', 'thing', jsonb_build_object('text', string_agg(md5(n::text), ' ')) from generate_series(1, 60000) n $$,
                'an entry too large for the text index can be written');
select is(pg_temp.found('ada', 'pgtap.large', $$, pg_temp.id('h')$$), '1', 'and is found by its action');

-- The search is answered from its index: the expression in the function is the expression of the index.
insert into public.audit_logs (organization_id, action, entity_type, details)
select pg_temp.id('h'), 'pgtap.filler', 'thing', jsonb_build_object('n', n) from generate_series(1, 3000) n;
analyze public.audit_logs;
create function pg_temp.plan_of(query text) returns text language plpgsql as $function$
declare
    line text;
    lines text := '';
begin
    for line in execute 'explain ' || query loop
        lines := lines || line || e'\n';
    end loop;
    return lines;
end
$function$;
grant execute on function pg_temp.plan_of(text) to public;
-- The very query of the function, with values for its arguments.
create function pg_temp.query_of_search() returns text language sql security definer as $function$
    select replace(replace(replace(substring(prosrc from 'return query(.*)order by'),
               'p_organization_id', quote_literal(pg_temp.id('h')) || '::uuid'),
               'p_before', 'null::timestamptz'),
               'wanted', quote_literal('''' || pg_temp.id('h') || ''' & ''zanzibar''') || '::tsquery')
      from pg_proc where oid = 'public.search_audit_logs(text,uuid,integer,timestamptz)'::regprocedure
$function$;
grant execute on function pg_temp.query_of_search() to public;
select matches(pg_temp.plan_of(pg_temp.query_of_search()), 'idx_audit_logs_search', 'the search is answered from idx_audit_logs_search');
set local enable_seqscan = off;
select doesnt_match(pg_temp.ask('olga', 'select pg_temp.plan_of(pg_temp.query_of_search())'), 'idx_audit_logs_search',
    'under row-level security the index would not be used, which is why there is a function');
select matches(pg_temp.ask('olga', 'select pg_temp.plan_of(pg_temp.query_of_search())'), 'Scan', 'though an owner could ask the same');
reset enable_seqscan;

-- Records are not rewritten --------------------------------------------------------------------------------------

insert into public.security_events (id, organization_id, user_id, event_type, source_ip) values (pg_temp.id('event'), pg_temp.id('h'), pg_temp.id('max'), 'sign_in.refused', '192.0.2.1');
select throws_ok(s.statement, '42501', null, 'even the owner of the table cannot: ' || s.statement)
  from (values
    ($$update public.audit_logs set action = 'x.y'$$),
    ($$update public.audit_logs set organization_id = pg_temp.id('l') where organization_id = pg_temp.id('h')$$),
    ($$update public.audit_logs set created_at = now() - interval '1 year'$$),
    ($$update public.audit_logs set actor_id = pg_temp.id('vera')$$),
    ($$update public.audit_logs set entity_type = 'x'$$),
    ($$update public.security_events set event_type = 'x.y'$$),
    ($$update public.security_events set severity = 'critical'$$),
    ($$update public.security_events set user_id = pg_temp.id('vera')$$),
    ($$update public.security_events set source_ip = '192.0.2.2'$$)) as s (statement);
select lives_ok($$ update public.security_events set user_id = null, source_ip = null where id = pg_temp.id('event') $$, 'what names a person can be taken out');
select lives_ok($$ delete from auth.users where id = pg_temp.id('max') $$, 'a user can be deleted though the log names them');
select is((select count(*) from public.audit_logs where action = 'contact.exported' and actor_id is null and organization_id = pg_temp.id('h')), 1::bigint, 'what they did stays in the log');
select is(pg_temp.attempt('service', $$ insert into public.audit_logs (organization_id, action, entity_type) values (pg_temp.id('h'), 'Not an action', 'x') $$), '23514', 'an action has a form');
select lives_ok($$ delete from public.organizations where id = pg_temp.id('h') $$, 'an organization can be deleted with its log');
select is((select count(*) from public.audit_logs where organization_id = pg_temp.id('h')), 0::bigint, 'the log goes with it');

select * from finish();
rollback;
