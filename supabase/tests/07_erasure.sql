-- Erasure of a user's data: who may ask for it, what goes, what stays, and what is noted.
begin;
set local search_path to public, extensions;
select plan(69);

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

update auth.users set email = 'Max.Muster+x@pgtap.example', phone = '4915100000001' where id = pg_temp.id('max');
insert into public.profiles (id, full_name) select pg_temp.id(who), initcap(who) from unnest(array['max', 'vera']) who;
insert into public.notifications (organization_id, user_id, title) select pg_temp.id('h'), pg_temp.id(who), 'pgtap' from unnest(array['max', 'max', 'vera']) who;
insert into public.automation_requests (organization_id, requested_by, request_type) select pg_temp.id('h'), pg_temp.id(who), 'report.create' from unnest(array['max', 'vera']) who;
insert into public.contacts (organization_id, full_name, email) values (pg_temp.id('h'), 'A contact with that address', 'Max.Muster+x@pgtap.example');
insert into public.audit_logs (organization_id, actor_id, action, entity_type, entity_id, details, source_ip, user_agent) values
    (pg_temp.id('h'), pg_temp.id('max'), 'contact.deleted', 'contact', pg_temp.id('a contact'), '{"count": 3}', '192.0.2.7', 'Browser'),
    (pg_temp.id('h'), pg_temp.id('vera'), 'invitation.sent', 'invitation', null, '{"to": "MAX.muster+x@PGTAP.example", "text": "for max.muster+x@pgtap.example, not for a-max.muster+x@pgtap.example"}', '192.0.2.8', 'Browser'),
    (pg_temp.id('l'), pg_temp.id('otto'), 'invitation.sent', 'invitation', null, jsonb_build_object('user', pg_temp.id('max'), 'phone', '4915100000001', 'other', '49151000000012'), null, null);
insert into public.security_events (organization_id, user_id, event_type, source_ip, user_agent, details) values
    (pg_temp.id('h'), pg_temp.id('max'), 'sign_in.refused', '192.0.2.9', 'Browser', '{"login": "max.muster+x@pgtap.example"}'),
    (pg_temp.id('h'), pg_temp.id('max'), 'sign_in.repeated', '192.0.2.9', 'Browser', '{}'),
    (pg_temp.id('h'), pg_temp.id('vera'), 'sign_in.refused', '192.0.2.10', 'Browser', '{}'),
    (null, null, 'sign_in.refused', '192.0.2.11', null, '{"login": "max.muster+x@pgtap.example"}');
insert into public.system_alert_history (organization_id, rule_name, metric_name, severity, status, observed_value, threshold, acknowledged_by, resolved_by, resolved_at) values
    (pg_temp.id('h'), 'pgtap 1', 'x', 'info', 'resolved', 1, 0, pg_temp.id('max'), pg_temp.id('vera'), now()),
    (pg_temp.id('h'), 'pgtap 2', 'x', 'info', 'resolved', 1, 0, pg_temp.id('vera'), pg_temp.id('max'), now());
insert into public.data_erasures (subject_digest, requested_by, performed_by, account_deleted) values (repeat('0', 64), 'super_admin', pg_temp.id('max'), true);

-- Everything in public and private that still names somebody: every column of every table, as text.
create function pg_temp.traces(person uuid, address text) returns setof text language plpgsql security definer as $function$
declare
    place record;
    rows bigint;
begin
    for place in select c.relnamespace::regnamespace as schema_name, c.relname from pg_class c
                  where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind in ('r', 'p') loop
        execute format('select count(*) from %I.%I r where r::text ilike ''%%'' || $1 || ''%%'' or r::text ~* (''(^|[^a-z0-9.+-])'' || regexp_replace($2, ''([^a-z0-9])'', ''\\\1'', ''gi''))',
                       place.schema_name, place.relname) into rows using person::text, address;
        if rows > 0 then
            return next place.relname || ' ' || rows;
        end if;
    end loop;
end
$function$;

-- Who may ask -------------------------------------------------------------------------------------------------

select is(pg_temp.attempt(p.who, format('select public.erase_user_data(pg_temp.id(%L))', p.whom)), p.outcome, p.who || ' asks to erase ' || p.whom)
  from (values
    ('anon', 'max', '42501'), ('olga', 'max', '42501'), ('ada', 'max', '42501'), ('vera', 'max', '42501'), ('sam', 'max', '42501'),
    ('otto', 'max', '42501'), ('nobody', 'max', '42501'), ('forger', 'max', '42501'), ('max', 'max', '42501'),
    ('super', 'max', '1 row(s)'), ('service', 'max', '1 row(s)'), ('super', 'somebody else', 'PT404'), ('olga', 'somebody else', '42501'),
    ('service', 'somebody else', 'PT404')) as p (who, whom, outcome);
select is(pg_temp.attempt(p.who, 'select public.erase_my_data()'), p.outcome, p.who || ' asks to be erased')
  from (values ('max', '1 row(s)'), ('vera', '1 row(s)'), ('sam', '1 row(s)'), ('ida', '1 row(s)'), ('tom', '1 row(s)'), ('nobody', '1 row(s)'),
               ('super', '1 row(s)'), ('forger', '1 row(s)'), ('anon', '42501'), ('service', '42501'),
               ('olga', '55000'), ('otto', '55000')) as p (who, outcome);
select is(pg_temp.attempt('super', 'select public.erase_user_data(pg_temp.id(''olga''))'), '55000', 'nor does a super administrator leave an organization without owner');
select is(pg_temp.attempt(who, $$ select private.erase_user(pg_temp.id('max'), 'service', '') $$), '42501', who || ' cannot go round the check')
  from unnest(array['anon', 'olga', 'super', 'service']) who;
set local role authenticated;
set local request.jwt.claims = '{"role": "authenticated"}';
select throws_ok('select public.erase_my_data()', '42501', 'nobody is signed in', 'a token without a user erases nobody');
reset role;
set local request.jwt.claims = '{"role": "service_role", "app_metadata": {"super_admin": true}}';
set local role anon;
select throws_ok($$ select public.erase_user_data('00000000-0000-4000-8000-00000000dead') $$, '42501', null, 'a claim to be the service does not make anon the service');
set local role authenticated;
set local request.jwt.claims = '{"role": "service_role"}';
select throws_ok($$ select public.erase_user_data('00000000-0000-4000-8000-00000000dead') $$, '42501', null, 'nor does it make a user the service');
reset role;
set local request.jwt.claims = '';

-- What goes -----------------------------------------------------------------------------------------------------

select isnt_empty($$ select * from pg_temp.traces(pg_temp.id('max'), 'max.muster+x@pgtap.example') $$, 'the user is named in many places');
create temporary table others on commit drop as
select (select count(*) from public.organization_members where user_id <> pg_temp.id('max')) as members,
       (select count(*) from public.notifications where user_id <> pg_temp.id('max')) as notifications,
       (select count(*) from public.profiles where id <> pg_temp.id('max')) as profiles,
       (select count(*) from public.contacts) as contacts,
       (select count(*) from auth.users where id <> pg_temp.id('max')) as users,
       (select count(*) from public.audit_logs where actor_id = pg_temp.id('vera') and source_ip is not null) as entries,
       (select count(*) from public.security_events where user_id = pg_temp.id('vera') and source_ip is not null) as events;
create temporary table result on commit drop as
select pg_temp.ask('max', $$ select public.erase_my_data('I am max.muster+x@pgtap.example and leave') $$)::jsonb as answer;
select is(answer -> 'account_deleted', 'true'::jsonb, 'the account is deleted') from result;
select is(answer -> 'removed' ->> r.relation, r.expected, 'the answer says how many rows of ' || r.relation)
  from result cross join (values ('profiles', '1'), ('notifications', '2'), ('organization_members', '1'), ('automation_requests', '1'),
                                 ('system_alert_history', '2'), ('security_events', '3'), ('data_erasures', '1')) as r (relation, expected);
select results_eq($$ select * from pg_temp.traces(pg_temp.id('max'), 'max.muster+x@pgtap.example') $$, array['contacts 1'],
    'nothing names the user any more, but the contact, who is the organization''s');
select is((select count(*) from auth.users where id = pg_temp.id('max')), 0::bigint, 'nobody can sign in as the user');
select is((select count(*) from auth.users), (select users from others), 'everybody else still can');
select is((select count(*) from public.organization_members), (select members from others), 'the memberships of others stay');
select is((select count(*) from public.notifications), (select notifications from others), 'the notifications of others stay');
select is((select count(*) from public.profiles), (select profiles from others), 'the profiles of others stay');
select is((select count(*) from public.contacts), (select contacts from others), 'the contacts of the organization stay');
select is((select count(*) from public.audit_logs where actor_id = pg_temp.id('vera') and source_ip is not null), (select entries from others), 'what others did is still theirs');
select is((select count(*) from public.security_events where user_id = pg_temp.id('vera') and source_ip is not null), (select events from others), 'events about others are still about them');
select results_eq($$ select actor_id, details, source_ip, user_agent from public.audit_logs where action = 'contact.deleted' and organization_id = pg_temp.id('h') $$,
    $$ values (null::uuid, '{"count": 3}'::jsonb, null::inet, null::text) $$, 'what the user did stays in the log, without the user');
select is((select details from public.audit_logs where action = 'invitation.sent' and organization_id = pg_temp.id('h')),
    '{"to": "[erased]", "text": "for [erased], not for a-max.muster+x@pgtap.example"}'::jsonb, 'the address is taken out in any case of letters, a longer one is not touched');
select is((select details from public.audit_logs where action = 'invitation.sent' and organization_id = pg_temp.id('l')),
    '{"user": "[erased]", "other": "49151000000012", "phone": "[erased]"}'::jsonb, 'identifier and telephone number too, in every organization''s log');
select results_eq($$ select user_id, source_ip, user_agent from public.security_events where event_type = 'sign_in.repeated' and organization_id = pg_temp.id('h') $$,
    $$ values (null::uuid, null::inet, null::text) $$, 'an event stays, without the user and where they were');
select is((select count(*) from public.security_events where details = '{"login": "[erased]"}'), 2::bigint, 'and in events, those without a user too');

-- What is noted -------------------------------------------------------------------------------------------------

select results_eq($$ select actor_id, entity_type, entity_id, details from public.audit_logs where action = 'user.erased' and organization_id = pg_temp.id('h') $$,
    $$ values (null::uuid, 'user', null::uuid, jsonb_build_object('requested_by', 'user', 'subject_digest', encode(sha256(convert_to(pg_temp.id('max')::text, 'UTF8')), 'hex'))) $$,
    'the log of the organization says that a user was erased, and not who');
select results_eq($$ select requested_by, performed_by, reason, account_deleted from public.data_erasures where subject_digest = encode(sha256(convert_to(pg_temp.id('max')::text, 'UTF8')), 'hex') $$,
    $$ values ('user', null::uuid, 'I am [erased] and leave', true) $$, 'the erasure can be proved to whoever knows the identifier');
select is(pg_temp.ask('service', $$ select public.erase_user_data(pg_temp.id('max')) $$), 'PT404', 'what is erased cannot be erased again');
select is(pg_temp.ask('super', $$ select (public.erase_user_data(pg_temp.id('vera'), 'A letter of hers')) ->> 'account_deleted' $$), 'true', 'a super administrator erases another');
select results_eq($$ select requested_by, performed_by, reason from public.data_erasures where subject_digest = encode(sha256(convert_to(pg_temp.id('vera')::text, 'UTF8')), 'hex') $$,
    $$ values ('super_admin', pg_temp.id('super'), 'A letter of hers') $$, 'and is named for it');
select is((select actor_id from public.audit_logs where action = 'user.erased' and details ->> 'requested_by' = 'super_admin' and organization_id = pg_temp.id('h')),
    pg_temp.id('super'), 'in the log as well');
select is(pg_temp.ask('super', $$ select (public.erase_my_data()) ->> 'account_deleted' $$), 'true', 'a super administrator can go, too');
select results_eq($$ select requested_by, performed_by from public.data_erasures where subject_digest = encode(sha256(convert_to(pg_temp.id('vera')::text, 'UTF8')), 'hex') $$,
    $$ values ('super_admin', null::uuid) $$, 'and the proofs of what they did stay');
update public.organization_members set role = 'owner' where user_id = pg_temp.id('ada');
select is(pg_temp.ask('olga', $$ select (public.erase_my_data()) ->> 'account_deleted' $$), 'true', 'an owner can go when there is another one');
select is(pg_temp.attempt('ada', 'select public.erase_my_data()'), '55000', 'and then the other cannot');

-- The class says what happens, and it does.
select is_empty(
    $query$ select v.schema_name, v.table_name, v.column_name from public.data_classification_overview v
             where v.on_erasure <> 'keep' and v.class <> 'personal' $query$, 'only personal data is erased');
select is_empty(
    $query$ select v.table_name, v.column_name from public.data_classification_overview v
             join pg_constraint k on k.contype = 'f' and k.confrelid = 'auth.users'::regclass and k.conrelid = format('%I.%I', v.schema_name, v.table_name)::regclass
             join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1] and a.attname = v.column_name
            where v.on_erasure = 'keep' $query$, 'every column that refers to a user is classified as erased');

select * from finish();
rollback;
