-- Rate limits: counting within a window, per organization and endpoint.
begin;
set local search_path to public, extensions;
select plan(38);

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

create function pg_temp.checked(organization text, endpoint text, "limit" integer, seconds integer default 60, requests integer default 1) returns text language sql as $function$
    select pg_temp.ask('service', format('select concat_ws('' '', is_allowed, used, remaining) from public.check_rate_limit(pg_temp.id(%L), %L, %s, %s, %s)',
                                         organization, endpoint, "limit", seconds, requests))
$function$;
select is(pg_temp.checked('h', '/a', 3), 't 1 2', 'the first request is within the limit');
select is(pg_temp.checked('h', '/a', 3), 't 2 1', 'the second too');
select is(pg_temp.checked('h', '/a', 3), 't 3 0', 'the last one too');
select is(pg_temp.checked('h', '/a', 3), 'f 3 0', 'one more is refused');
select is(pg_temp.checked('h', '/a', 3), 'f 3 0', 'and a refused one is not counted');
select is((select sum(request_count) from public.api_rate_limits where organization_id = pg_temp.id('h')), 3::bigint, 'the table says the same');
select is(pg_temp.checked('h', '/a', 4), 't 4 0', 'with a higher limit there is room again');
select is(pg_temp.checked('h', '/b', 3), 't 1 2', 'another endpoint is counted by itself');
select is(pg_temp.checked('l', '/a', 3), 't 1 2', 'so is another organization');
select is(pg_temp.checked('h', '/c', 10, 60, 7), 't 7 3', 'several requests count at once');
select is(pg_temp.checked('h', '/c', 10, 60, 4), 'f 7 3', 'what does not fit is refused as a whole');
select is(pg_temp.checked('h', '/c', 10, 60, 3), 't 10 0', 'what fits is not');
select is(pg_temp.checked('h', '/c', 5), 'f 10 0', 'nothing remains below zero');
update public.api_rate_limits set window_start = window_start - interval '60 seconds' where endpoint = '/a';
select is(pg_temp.checked('h', '/a', 3), 't 1 2', 'a new window begins at nothing');
insert into public.api_rate_limits (organization_id, endpoint, window_start, request_count)
select pg_temp.id('h'), '/servers', date_bin('60 seconds', now(), timestamptz '2000-01-01 00:00:00+00'), n from generate_series(1, 3) n;
select is(pg_temp.checked('h', '/servers', 10), 't 7 3', 'the counts of all servers are summed');
select ok((select resets_at > now() and resets_at <= now() + interval '60 seconds' and extract(second from resets_at) = 0
             from public.check_rate_limit(pg_temp.id('h'), '/when', 1, 60)), 'a window of a minute ends with the minute');
select ok((select resets_at > now() and resets_at <= now() + interval '1 hour' and extract(minute from resets_at) = 0
             from public.check_rate_limit(pg_temp.id('h'), '/hour', 1, 3600)), 'a window of an hour ends with the hour');
select is((select count(*) from public.check_rate_limit(pg_temp.id('h'), '/default', 5)), 1::bigint, 'window and number have defaults, and no overload makes the call ambiguous');

select is(pg_temp.checked('h', '/x', bad."limit", bad.seconds, bad.requests), '22023', 'refused: limit ' || bad."limit" || ', ' || bad.seconds || ' s, ' || bad.requests || ' request(s)')
  from (values (0, 60, 1), (-1, 60, 1), (1, 0, 1), (1, 86401, 1), (1, 60, 0), (1, 60, -1)) as bad ("limit", seconds, requests);
select is(pg_temp.checked('h', ' ', 1), '22023', 'an endpoint has a name');
select is(pg_temp.attempt('service', format('select public.check_rate_limit(pg_temp.id(''h''), %s)', missing.arguments)), '22023', 'nothing may be missing: ' || missing.arguments)
  from (values ('null, 1'), ('''/x'', null'), ('''/x'', 1, null'), ('''/x'', 1, 60, null')) as missing (arguments);
select is(pg_temp.checked('nowhere', '/x', 1), '23503', 'an organization is there');
select is(pg_temp.attempt(who, $$ select public.check_rate_limit(pg_temp.id('h'), '/x', 1) $$), '42501', who || ' cannot count or spend requests')
  from unnest(array['anon', 'olga', 'max', 'super']) who;
select is(pg_temp.ask('ada', $$ select count(*) > 0 from public.api_rate_limits $$), 'true', 'an admin sees what the organization uses');
select is(pg_temp.ask('max', $$ select count(*) from public.api_rate_limits $$), '0', 'a member does not');

-- Removal of what is over.
delete from public.api_rate_limits;
insert into public.api_rate_limits (organization_id, endpoint, window_start) values
    (pg_temp.id('h'), '/old', now() - interval '49 hours'), (pg_temp.id('h'), '/new', now() - interval '47 hours');
select is((select removed from public.purge_usage_history() where relation = 'api_rate_limits'), 1::bigint, 'counts older than two days are removed');
select is((select string_agg(endpoint, ' ') from public.api_rate_limits), '/new', 'the others stay');

select * from finish();
rollback;
