-- Operating the integrations: usage, health, dashboard, clean-up, archive, index health, jobs.
begin;
set local search_path to public, extensions;
select plan(103);

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

update public.system_alert_rules set is_enabled = name in ('Integrations in error', 'Integration calls fail', 'Many integrations in error', 'Integration health is not recorded')
                                                  and organization_id is null;
delete from public.system_health_metrics;
update public.integrations set is_active = false; -- those of the sample data must not speak here

-- Usage -----------------------------------------------------------------------------------------------------------

insert into public.integrations (id, organization_id, integration_type, is_active, status, last_sync_at) values
    (pg_temp.id('email h'), pg_temp.id('h'), 'email', true, 'active', now()),
    (pg_temp.id('sms h'), pg_temp.id('h'), 'sms', true, 'active', now()),
    (pg_temp.id('email l'), pg_temp.id('l'), 'email', true, 'active', now());
insert into public.integration_usage_events (organization_id, integration_id, event_type, is_success, duration_ms, error_code, occurred_at)
select pg_temp.id(u.organization), pg_temp.id(u.integration), 'message.sent', u.error is null, u.duration, u.error, u.at
  from (values
    ('h', 'email h', 100, null, timestamptz '2025-01-10 23:59:59+00'),
    ('h', 'email h', 300, 'timeout', timestamptz '2025-01-10 12:00:00+00'),
    ('h', 'email h', null, null, timestamptz '2025-01-10 13:00:00+00'),
    ('h', 'email h', 50, null, timestamptz '2025-01-11 00:00:00+00'),
    ('l', 'email l', 70, null, timestamptz '2025-01-10 12:00:00+00')) as u (organization, integration, duration, error, at);
create function pg_temp.statistics() returns setof text language sql as $function$
    select concat_ws(' ', case s.integration_id when pg_temp.id('email h') then 'h' when pg_temp.id('email l') then 'l' else '?' end, s.usage_date, s.calls, s.failures,
                     s.timed_calls, s.total_duration_ms, s.max_duration_ms, to_char(s.last_used_at at time zone 'UTC', 'HH24:MI:SS'), to_char(s.last_failed_at at time zone 'UTC', 'HH24:MI:SS'))
      from public.integration_usage_statistics s
     where s.organization_id in (pg_temp.id('h'), pg_temp.id('l')) and s.usage_date < '2025-02-01'
     order by s.integration_id = pg_temp.id('email h') desc, s.usage_date
$function$;
select results_eq('select * from pg_temp.statistics()',
    array['h 2025-01-10 3 1 2 400 300 23:59:59 12:00:00', 'h 2025-01-11 1 0 1 50 50 00:00:00', 'l 2025-01-10 1 0 1 70 70 12:00:00'],
    'the trigger counts many uses at once, by integration and day in UTC');
insert into public.integration_usage_events (organization_id, integration_id, event_type, is_success, duration_ms, error_code, occurred_at)
values (pg_temp.id('h'), pg_temp.id('email h'), 'message.sent', false, 10, 'refused', '2025-01-10 11:00:00+00');
select is((select s from pg_temp.statistics() s limit 1), 'h 2025-01-10 4 2 3 410 300 23:59:59 12:00:00', 'and adds to what is there; an older use does not turn the clock back');
insert into public.integration_usage_events (organization_id, integration_id, event_type, is_success) select pg_temp.id('h'), pg_temp.id('email h'), 'x', true where false;
select is((select count(*) from pg_temp.statistics()), 3::bigint, 'an insert of nothing counts nothing');
select is(pg_temp.ask('service', $$ select public.record_integration_usage(pg_temp.id('sms h'), 'message.sent', false, 12.5, 'no_credit') is not null $$), 'true', 'the service records a use');
select results_eq($$ select organization_id, event_type, is_success, duration_ms, error_code, occurred_at = now() from public.integration_usage_events where integration_id = pg_temp.id('sms h') $$,
    $$ values (pg_temp.id('h'), 'message.sent', false, 12.5::double precision, 'no_credit', true) $$, 'with the organization of the integration');
select is((select calls || ' ' || failures from public.integration_usage_statistics where integration_id = pg_temp.id('sms h')), '1 1', 'which the trigger counts, though the service may not write statistics');
select is(pg_temp.attempt('service', s.statement), s.outcome, s.what)
  from (values
    ($$select public.record_integration_usage(pg_temp.id('nothing'), 'x')$$, 'PT404', 'an integration that is not there has no use'),
    ($$select public.record_integration_usage(pg_temp.id('sms h'), 'Not a name')$$, '23514', 'a use has a kind'),
    ($$select public.record_integration_usage(pg_temp.id('sms h'), 'x', true, -1)$$, '23514', 'a duration is not negative'),
    ($$select public.record_integration_usage(pg_temp.id('sms h'), 'x', true, 1, 'why')$$, '23514', 'a success has no error'),
    ($$insert into public.integration_usage_statistics values (pg_temp.id('h'), pg_temp.id('sms h'), '2025-03-01', 1, 0, 0, 0, null, now(), null)$$, '42501', 'statistics are not written by hand'),
    ($$update public.integration_usage_events set is_success = true$$, '42501', 'uses are not rewritten')) as s (statement, outcome, what);
select is(pg_temp.attempt(who, $$ select public.record_integration_usage(pg_temp.id('sms h'), 'x') $$), '42501', who || ' cannot record a use')
  from unnest(array['anon', 'olga', 'super']) who;

-- Health ----------------------------------------------------------------------------------------------------------

delete from public.integrations where organization_id in (pg_temp.id('h'), pg_temp.id('l'));
create temporary table trial (type text, is_active boolean, status text, synchronised interval, calls integer, failures integer, health text, reasons text[]) on commit drop;
insert into trial values
    ('whatsapp', false, 'error',        '1 hour',   0,  0, 'inactive',  '{}'),
    ('email',    true,  'active',       '1 hour',   0,  0, 'healthy',   '{}'),
    ('telegram', true,  'error',        '1 hour',   0,  0, 'unhealthy', '{in_error}'),
    ('sms',      true,  'rate_limited', '1 hour',   0,  0, 'degraded',  '{rate_limited}'),
    ('webhook',  true,  'active',       null,       0,  0, 'unknown',   '{never_synchronised}'),
    ('calendar', true,  'active',       '25 hours', 0,  0, 'degraded',  '{not_synchronised_for_a_day}'),
    ('ai',       true,  'active',       '1 hour',  10,  1, 'degraded',  '{calls_fail}');
insert into public.integrations (id, organization_id, integration_type, is_active, status, last_sync_at)
select pg_temp.id('h ' || type), pg_temp.id('h'), type, is_active, status, now() - synchronised from trial;
insert into public.integration_usage_events (organization_id, integration_id, event_type, is_success, duration_ms)
select pg_temp.id('h'), pg_temp.id('h ' || t.type), 'x', n > t.failures, 10 from trial t, generate_series(1, t.calls) n;
insert into public.integration_usage_events (organization_id, integration_id, event_type, is_success, occurred_at)
select pg_temp.id('h'), pg_temp.id('h email'), 'x', false, now() - interval '25 hours' from generate_series(1, 50);
insert into public.integration_usage_events (organization_id, integration_id, event_type, is_success, occurred_at)
select pg_temp.id('h'), pg_temp.id('h email'), 'x', false, now() - interval '31 days' from generate_series(1, 50);
select is((select h.health || ' ' || h.reasons::text from public.integration_health(pg_temp.id('h')) h where h.integration_type = t.type), t.health || ' ' || t.reasons::text,
          t.type || ' is ' || t.health || coalesce(' (' || nullif(array_to_string(t.reasons, ', '), '') || ')', ''))
  from trial t;
select is((select concat_ws(' ', calls_24_hours, failures_24_hours, failure_ratio_24_hours, calls_30_days, failures_30_days, average_duration_ms_30_days)
             from public.integration_dashboard where integration_id = pg_temp.id('h ' || t.type)), t.expected, 'the dashboard counts ' || t.type)
  from (values ('ai', '10 1 0.1 10 1 10'), ('email', '0 0 50 50'), ('sms', '0 0 0 0')) as t (type, expected);
insert into public.integration_usage_events (organization_id, integration_id, event_type, is_success) select pg_temp.id('h'), pg_temp.id('h ai'), 'x', false from generate_series(1, 8);
select is((select health from public.integration_health(pg_temp.id('h')) where integration_type = 'ai'), 'unhealthy', 'half of the calls fail: unhealthy');
insert into public.integration_usage_events (organization_id, integration_id, event_type, is_success) select pg_temp.id('h'), pg_temp.id('h email'), 'x', false from generate_series(1, 9);
select is((select health from public.integration_health(pg_temp.id('h')) where integration_type = 'email'), 'healthy', 'nine calls say nothing yet');

-- Recording, and the alerts that come of it.
select is(pg_temp.attempt(who, 'select public.record_integration_health()'), '42501', who || ' cannot record the health') from unnest(array['anon', 'olga', 'super']) who;
select is(pg_temp.ask('service', 'select checks || '' '' || metrics from public.record_integration_health()'), '6 5', 'six active integrations, two metrics of the organization, three of the system');
select set_eq($$ select component || ' ' || status from public.system_health_checks where organization_id = pg_temp.id('h') $$,
    array['integration.email healthy', 'integration.telegram unhealthy', 'integration.sms degraded', 'integration.webhook unknown', 'integration.calendar degraded', 'integration.ai unhealthy'],
    'each active integration is a component');
select set_eq($$ select coalesce(case organization_id when pg_temp.id('h') then 'h' end, 'system') || ' ' || metric_name || ' ' || round(metric_value::numeric, 3) from public.system_health_metrics $$,
    array['h integrations.in_error 2.000', 'h integrations.failure_ratio 0.667', 'system integrations.active 6.000', 'system integrations.in_error 2.000', 'system integrations.error_share 0.333'],
    'the metrics say how many and how much');
select is(pg_temp.ask('service', $$ select string_agg(r.name || ' ' || e.outcome, ', ' order by r.name) from public.evaluate_alert_rules() e join public.system_alert_rules r on r.id = e.rule_id $$),
    'Integration calls fail raised, Integrations in error raised, Many integrations in error raised', 'the release''s rules raise their alerts');
select is(pg_temp.ask('vera', $$ select string_agg(rule_name || ' (' || severity || ')', ', ' order by rule_name) from public.system_alerts_overview $$),
    'Integration calls fail (warning), Integrations in error (warning)', 'a member sees those of the organization');
select is(pg_temp.ask('otto', 'select count(*) from public.system_alerts_overview'), '0', 'another organization has none');
update public.system_health_checks set checked_at = checked_at - interval '1 minute';
update public.system_health_metrics set recorded_at = recorded_at - interval '1 minute';
select is((select checks from public.record_integration_health()), 0::bigint, 'what has not changed is not noted again');
update public.integrations set status = 'active' where organization_id = pg_temp.id('h');
delete from public.integration_usage_events where organization_id = pg_temp.id('h');
update public.system_health_checks set checked_at = checked_at - interval '1 minute';
update public.system_health_metrics set recorded_at = recorded_at - interval '1 minute';
select is((select checks from public.record_integration_health()), 3::bigint, 'what has changed is');
select is((select string_agg(outcome, ' ') from public.evaluate_alert_rules()), 'resolved resolved resolved', 'the alerts end when it works again');
update public.system_health_metrics set recorded_at = recorded_at - interval '1 minute';
select is((select count(*) from public.record_integration_health(), public.system_health_metrics m where m.organization_id is not null and m.recorded_at = now()), 0::bigint,
    'zero after zero is not written');
update public.system_health_checks set checked_at = checked_at - interval '61 minutes';
select is((select checks from public.record_integration_health()), 6::bigint, 'once an hour all are noted');
update public.integrations set status = 'error' where id = pg_temp.id('h sms');
update public.system_health_metrics set recorded_at = recorded_at - interval '1 minute';
select lives_ok('select public.record_integration_health()', 'an error is recorded');
select is((select count(*) from public.evaluate_alert_rules() where outcome = 'raised' and organization_id = pg_temp.id('h')), 1::bigint, 'and raises its alert');
update public.integrations set is_active = false where organization_id = pg_temp.id('h');
update public.system_health_metrics set recorded_at = recorded_at - interval '1 minute';
select lives_ok('select public.record_integration_health()', 'the organization switches its integrations off');
select is((select string_agg(outcome, ' ') from public.evaluate_alert_rules() where organization_id = pg_temp.id('h')), 'resolved', 'which ends the alert');
delete from public.system_health_metrics where metric_name = 'integrations.active';
select is((select count(*) from public.evaluate_alert_rules() e join public.system_alert_rules r on r.id = e.rule_id
            where r.name = 'Integration health is not recorded' and e.outcome = 'raised'), 1::bigint, 'that nothing is recorded raises an alert, too');

-- Clean-up ----------------------------------------------------------------------------------------------------------

delete from public.integrations;
-- The trigger sets updated_at, so the past is made on insert.
create temporary table past (type text, is_active boolean, updated interval, synchronised interval, used interval, outcome text) on commit drop;
insert into past values
    ('whatsapp', true,  '84 days',  null,       null,      'announced'), -- due within the seven days that an announcement takes
    ('email',    true,  '91 days',  '91 days',  '91 days', 'switched_off'),
    ('telegram', true,  '75 days',  '99 days',  null,      null), -- touched
    ('sms',      true,  '99 days',  '75 days',  null,      null), -- synchronised
    ('webhook',  true,  '99 days',  null,       '75 days', null), -- used
    ('calendar', false, '181 days', '200 days', '181 days', 'archived'),
    ('ai',       false, '172 days', null,       null,      null); -- switched off not so long ago
insert into public.integrations (id, organization_id, integration_type, is_active, status, configuration, created_at, updated_at, last_sync_at)
select pg_temp.id('past ' || type), pg_temp.id('h'), type, is_active, case when is_active then 'active' else 'inactive' end, '{"keep": "me"}',
       now() - interval '1 year', now() - updated, now() - synchronised from past;
insert into public.integrations (id, organization_id, integration_type, is_active, created_at, updated_at)
values (pg_temp.id('l sms'), pg_temp.id('l'), 'sms', false, now() - interval '1 year', now() - interval '1 year');
insert into public.integration_usage_events (organization_id, integration_id, event_type, is_success, occurred_at)
select pg_temp.id('h'), pg_temp.id('past ' || type), 'x', true, now() - used from past where used is not null;
insert into private.integration_credentials (organization_id, integration_id, ciphertext, nonce, wrapped_key, wrapped_key_nonce, key_id)
select pg_temp.id('h'), pg_temp.id('past ' || type), decode(repeat('00', 16), 'hex'), decode(repeat('00', 12), 'hex'), decode(repeat('00', 48), 'hex'), decode(repeat('00', 12), 'hex'), 'k' from past;
delete from public.audit_logs; -- all of them are older than the log
create function pg_temp.cleaned(arguments text default '') returns text language sql as $function$
    select pg_temp.ask('service', format('select string_agg(integration_type || '' '' || outcome, '', '' order by integration_type) from public.cleanup_inactive_integrations(%s) where organization_id = pg_temp.id(''h'')', arguments))
$function$;
-- An announcement becomes older by being replaced: entries are not rewritten.
create function pg_temp.announced_earlier(by interval) returns void language sql as $function$
    with gone as (delete from public.audit_logs where action = 'integration.cleanup_announced' returning *)
    insert into public.audit_logs (organization_id, action, entity_type, entity_id, details, created_at)
    select organization_id, action, entity_type, entity_id, details, created_at - by from gone
$function$;
create temporary table state_before on commit drop as select md5(string_agg(i::text, '|' order by i.id)) as digest from public.integrations i;

select is(pg_temp.attempt(who, 'select public.cleanup_inactive_integrations()'), '42501', who || ' cannot clean up') from unnest(array['anon', 'olga', 'super']) who;
select is(pg_temp.cleaned(bad.arguments), '22023', 'refused: ' || bad.arguments)
  from (values ('interval ''6 days'''), ('interval ''7 days'', interval ''29 days'''), ('null'), ('interval ''90 days'', null')) as bad (arguments);
select is(pg_temp.cleaned('p_is_rehearsal => true'), 'calendar announced, email announced, whatsapp announced', 'a rehearsal says what would be announced');
select is((select count(*) from public.audit_logs) + (select count(*) from public.notifications where title like '%will be%'), 0::bigint, 'and announces nothing');
select is(pg_temp.cleaned(), 'calendar announced, email announced, whatsapp announced', 'before anything is done it is announced, when it is due within seven days');
select is((select md5(string_agg(i::text, '|' order by i.id)) from public.integrations i), (select digest from state_before), 'the integrations stay as they are');
select set_eq($$ select entity_id, details ->> 'what', (details ->> 'due_at')::timestamptz from public.audit_logs where organization_id = pg_temp.id('h') and action = 'integration.cleanup_announced' and actor_id is null $$,
    $$ select pg_temp.id('past ' || type), case when is_active then 'switched_off' else 'archived' end, now() + interval '7 days'
         from past where outcome is not null $$, 'the log has the announcements, with what will happen when');
select set_eq($$ select u.email || ': ' || n.title from public.notifications n join auth.users u on u.id = n.user_id where n.organization_id = pg_temp.id('h') and n.title like '%will be%' $$,
    $$ select who || '@pgtap.example: ' || label || ' will be ' || case when is_active then 'switched off' else 'removed' end
              || ' on ' || to_char((now() + interval '7 days') at time zone 'UTC', 'YYYY-MM-DD')
         from unnest(array['olga', 'ada']) who, past join public.integration_types on integration_type = type where outcome is not null $$,
    'active admins and owners are told, and nobody else');
select is(pg_temp.cleaned(), null, 'it is announced once');
select pg_temp.announced_earlier('6 days 23 hours');
select is(pg_temp.cleaned(), null, 'before seven days are over nothing happens');
select pg_temp.announced_earlier('1 hour');
-- Meanwhile somebody uses one, and the service checks another, of which the log knows that nobody decided anything.
insert into public.integration_usage_events (organization_id, integration_id, event_type, is_success) values (pg_temp.id('h'), pg_temp.id('past whatsapp'), 'message.sent', true);
update public.integrations set status = 'error', last_error = 'refused', last_sync_at = now() where id = pg_temp.id('past email');
insert into public.audit_logs (organization_id, action, entity_type, entity_id, created_at) values (pg_temp.id('h'), 'integration.created', 'integration', pg_temp.id('past email'), now() - interval '99 days');
select is(pg_temp.cleaned('p_is_rehearsal => true'), 'calendar archived, email switched_off', 'a rehearsal says what would happen');
select is((select count(*) from public.integrations where organization_id = pg_temp.id('h')), 7::bigint, 'and does nothing');
select is(pg_temp.cleaned(), 'calendar archived, email switched_off', 'what was used meanwhile stays; a check is no use');
select is((select i.is_active::text || ' ' || i.status from public.integrations i where i.id = pg_temp.id('past ' || p.type)),
          case p.type when 'email' then 'false inactive' when 'calendar' then null else p.is_active::text || case when p.is_active then ' active' else ' inactive' end end,
          p.type || ' is ' || case p.type when 'email' then 'switched off' when 'calendar' then 'archived' else 'as it was' end)
  from past p;
select is((select count(*) from public.integrations where organization_id = pg_temp.id('l')), 0::bigint, 'the clean-up looks at every organization');
select is((select count(*) from private.integration_credentials where integration_id = pg_temp.id('past calendar')), 0::bigint, 'credentials of what is archived are gone');
select is((select count(*) from private.integration_credentials where organization_id = pg_temp.id('h')), 6::bigint, 'those of what is switched off stay');
select is((select (integration ->> 'configuration') || ' ' || jsonb_array_length(statistics) from private.archived_integrations where integration_id = pg_temp.id('past calendar')),
          '{"keep": "me"} 1', 'the archive has the row and its statistics');
select is((select string_agg(action, ' ' order by action) from public.audit_logs where organization_id = pg_temp.id('h') and actor_id is null and entity_type = 'integration'
             and entity_id in (pg_temp.id('past calendar'), pg_temp.id('past email')) and created_at = now()), 'integration.deleted integration.updated', 'the log notes both, without a user');
select is(pg_temp.cleaned(), null, 'a second clean-up finds nothing');
select is(pg_temp.attempt('olga', $$ select public.restore_archived_integration(pg_temp.id('past calendar')) $$), '42501', 'an owner asks the service to restore');
select is(pg_temp.ask('service', $$ select to_jsonb(r) - 'created_at' - 'last_sync_at' from public.restore_archived_integration(pg_temp.id('past calendar')) r $$)::jsonb,
          jsonb_build_object('id', pg_temp.id('past calendar'), 'organization_id', pg_temp.id('h'), 'integration_type', 'calendar', 'is_active', false, 'status', 'inactive',
                             'configuration', '{"keep": "me"}'::jsonb, 'last_error', null, 'updated_at', now()), 'the service brings it back, switched off, changed now');
select is((select calls from public.integration_usage_statistics where integration_id = pg_temp.id('past calendar')), 1::bigint, 'with its statistics');
select is((select count(*) from private.archived_integrations where integration_id = pg_temp.id('past calendar')), 0::bigint, 'out of the archive');
select is(pg_temp.cleaned(), null, 'and the clean-up does not take it away again');
select is(pg_temp.attempt('service', $$ select public.restore_archived_integration(pg_temp.id('past calendar')) $$), 'PT404', 'what is not archived is not restored');
insert into public.integrations (organization_id, integration_type) values (pg_temp.id('l'), 'sms');
select is(pg_temp.attempt('service', $$ select public.restore_archived_integration(pg_temp.id('l sms')) $$), '23505', 'it does not replace a new one of its type');
select is((select count(*) from private.archived_integrations where integration_id = pg_temp.id('l sms')), 1::bigint, 'and stays in the archive');

-- Keeping.
delete from public.integration_usage_events;
insert into public.integration_usage_events (organization_id, integration_id, event_type, is_success, occurred_at)
select pg_temp.id('h'), pg_temp.id('past sms'), 'x', true, now() - age from unnest(array['91 days', '89 days']::interval[]) age;
select is((select removed from public.purge_usage_history() where relation = 'integration_usage_events'), 1::bigint, 'uses older than 90 days are removed');
select is((select sum(calls) from public.integration_usage_statistics where integration_id = pg_temp.id('past sms')), 2::numeric, 'their statistics stay');
select is(pg_temp.attempt('service', 'select public.purge_usage_history(interval ''1 hour'')'), '22023', 'the last day is never removed');

-- Index health --------------------------------------------------------------------------------------------------------

create table public.pgtap_indexed (a integer, b text);
create index pgtap_first on public.pgtap_indexed (a);
create index pgtap_second on public.pgtap_indexed (a);
create unique index pgtap_unique on public.pgtap_indexed (b);
create index pgtap_under_unique on public.pgtap_indexed (b);
create index pgtap_partial on public.pgtap_indexed (a) where a > 0;
delete from public.index_health_reports;
select is(pg_temp.attempt(who, 'select public.record_index_health()'), '42501', who || ' cannot check the indexes') from unnest(array['anon', 'olga', 'super']) who;
select is(pg_temp.ask('service', 'select sum(indexes) = (select count(*) from pg_class where relkind = ''i'' and relnamespace in (''public''::regnamespace, ''private''::regnamespace)) from public.record_index_health()'),
          'true', 'the service checks every index of public and private');
select set_eq($$ select index_name || ' ' || verdict || coalesce(' ' || covered_by, '') from public.index_health_overview where table_name = 'pgtap_indexed' $$,
    array['pgtap_first healthy', 'pgtap_second duplicate pgtap_first', 'pgtap_unique healthy', 'pgtap_under_unique duplicate pgtap_unique', 'pgtap_partial healthy'],
    'of two that are the same the unique or else the older one stays; a partial one is another');
select is((select count(*) from public.index_health_overview where table_name <> 'pgtap_indexed' and verdict <> 'healthy'), 0::bigint, 'the release has no invalid and no duplicate index');
select is((select metric_value from public.system_health_metrics where metric_name = 'indexes.duplicate'), 2::double precision, 'the check is a metric as well');
update public.index_health_reports set checked_at = now() - interval '7 days';
select lives_ok('select public.record_index_health()', 'a week later');
select is((select verdict from public.index_health_overview where index_name = 'pgtap_first'), 'unused', 'what was not scanned in two checks is unused');
select is((select verdict from public.index_health_overview where index_name = 'pgtap_unique'), 'healthy', 'what enforces something is not');

-- Jobs ----------------------------------------------------------------------------------------------------------------

create temporary table wanted_job (name text, schedule text, command text) on commit drop;
insert into wanted_job values
    ('phase3-integration-health', '*/15 * * * *', 'select public.record_integration_health(); select public.evaluate_alert_rules();'),
    ('phase3-integration-cleanup', '17 3 * * *', 'select public.cleanup_inactive_integrations();'),
    ('phase3-history-retention', '47 3 * * *', 'select public.purge_usage_history(); select public.purge_health_history();'),
    ('phase3-index-health', '23 4 * * 0', 'select public.record_index_health();');
select case when to_regclass('cron.job') is null then skip('pg_cron is not here: no jobs', 1)
       else bag_eq($$ select jobname::text, schedule::text, command::text, active from cron.job where jobname like 'phase3-%' $$,
                   $$ select name, schedule, command, true from wanted_job $$, 'each job is scheduled exactly once') end;
select lives_ok(w.command, w.name || ' runs') from wanted_job w;

select * from finish();
rollback;
