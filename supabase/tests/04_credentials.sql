-- Credentials of integrations: no path leads a client to them.
begin;
set local search_path to public, extensions;
select plan(105);

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

insert into public.integrations (id, organization_id, integration_type, is_active, status)
values (pg_temp.id('email h'), pg_temp.id('h'), 'email', true, 'active');
insert into private.integration_credentials (organization_id, integration_id, ciphertext, nonce, wrapped_key, wrapped_key_nonce, key_id)
values (pg_temp.id('h'), pg_temp.id('email h'), convert_to(repeat('pgtap-sealed-', 3), 'UTF8'), decode(repeat('00', 12), 'hex'),
        decode(repeat('00', 48), 'hex'), decode(repeat('00', 12), 'hex'), 'pgtap-key');

select is(pg_temp.attempt(p.who, s.statement), '42501', p.who || ' cannot: ' || s.statement)
  from unnest(array['anon', 'olga', 'ada', 'max', 'vera', 'sam', 'tom', 'otto', 'nobody', 'super', 'forger']) as p (who)
 cross join (values
    ('select 1 from private.integration_credentials'),
    ('select ciphertext from private.integration_credentials'),
    ('update private.integration_credentials set key_id = ''mine'''),
    ('delete from private.integration_credentials'),
    ('truncate private.integration_credentials'),
    ('insert into private.integration_credentials default values'),
    ('lock table private.integration_credentials'),
    ('select 1 from private.archived_integrations')) as s (statement)
 order by p.who, s.statement;

select is(pg_temp.attempt(p.who, 'select * from public.integrations'), case p.who when 'anon' then '42501' when 'nobody' then '0 row(s)' else '1 row(s)' end,
          p.who || ': select * keeps working and reaches no secret')
  from unnest(array['anon', 'olga', 'vera', 'nobody']) as p (who);
select is_empty(
    $query$ select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
             where c.relnamespace = 'public'::regnamespace
               and a.attname ~ '(credential|secret|password|token|ciphertext|api_key)' and a.attname <> 'tokens_used' $query$,
    'no public column is named like a secret');
select is_empty(
    $query$ select c.oid::regclass from pg_depend d
              join pg_rewrite r on r.oid = d.objid and d.classid = 'pg_rewrite'::regclass
              join pg_class c on c.oid = r.ev_class
             where d.refobjid = 'private.integration_credentials'::regclass $query$,
    'no view reads the credentials');
select is_empty(
    $query$ select p.oid::regprocedure from pg_proc p
             where p.prosecdef and p.prosrc ~ 'integration_credentials'
               and (has_function_privilege('authenticated', p.oid, 'execute') or has_function_privilege('anon', p.oid, 'execute')) $query$,
    'no definer function that clients may call reads the credentials');
select is(pg_temp.ask('service', $$ select convert_from(ciphertext, 'UTF8') from private.integration_credentials where integration_id = pg_temp.id('email h') $$),
          repeat('pgtap-sealed-', 3), 'the service reads what it has sealed');

-- Neither in the audit log nor in the archive.
delete from public.integrations where id = pg_temp.id('email h');
select is((select count(*) from private.integration_credentials where integration_id = pg_temp.id('email h')), 0::bigint, 'credentials go with their integration');
select is((select count(*) from public.audit_logs a where a.organization_id = pg_temp.id('h') and a::text ~ 'pgtap-(sealed|key)'), 0::bigint,
          'the audit log holds nothing of them');

-- What a row must be to be a sealed secret at all.
insert into public.integrations (id, organization_id, integration_type) values (pg_temp.id('sms h'), pg_temp.id('h'), 'sms');
select is(pg_temp.attempt('service', format(
              $$ insert into private.integration_credentials (organization_id, integration_id, ciphertext, nonce, wrapped_key, wrapped_key_nonce, key_id)
                 values (pg_temp.id(%L), pg_temp.id('sms h'), decode(repeat('00', %s), 'hex'), decode(repeat('00', %s), 'hex'),
                         decode(repeat('00', %s), 'hex'), decode(repeat('00', %s), 'hex'), %L) $$,
              r.organization, r.ciphertext, r.nonce, r.wrapped_key, r.wrapped_key_nonce, r.key_id)),
          r.outcome, 'sealed secret: ' || r.what)
  from (values
    ('h', 16, 12, 48, 12, 'k', '1 row(s)', 'the shortest that is possible'),
    ('h', 15, 12, 48, 12, 'k', '23514', 'shorter than its tag'),
    ('h', 16, 11, 48, 12, 'k', '23514', 'nonce of another length'),
    ('h', 16, 12, 47, 12, 'k', '23514', 'data key of another length'),
    ('h', 16, 12, 48, 13, 'k', '23514', 'nonce of the data key of another length'),
    ('h', 16, 12, 48, 12, '', '23514', 'without a key id'),
    ('l', 16, 12, 48, 12, 'k', '23503', 'of an integration of another organization')
  ) as r (organization, ciphertext, nonce, wrapped_key, wrapped_key_nonce, key_id, outcome, what);

select * from finish();
rollback;
