-- Monitoring: recording, evaluating, acknowledging, resolving, keeping.
begin;
set local search_path to public, extensions;
select plan(106);

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

-- The rules of the release and of the sample data must not speak here.
update public.system_alert_rules set is_enabled = false;

-- Recording ---------------------------------------------------------------------------------------------

select is(pg_temp.attempt(p.who, s.statement), case p.who when 'service' then '1 row(s)' else '42501' end, p.who || ': ' || s.statement)
  from unnest(array['service', 'anon', 'olga', 'super']) as p (who)
 cross join (values
    ($$select public.record_health_metric('pgtap.metric', 1)$$),
    ($$select public.record_health_check('pgtap', 'healthy')$$),
    ($$select public.record_security_event('pgtap.event')$$)) as s (statement);
select is(pg_temp.attempt(p.who, s.statement), '42501', p.who || ' cannot: ' || s.statement)
  from unnest(array['anon', 'olga', 'super']) as p (who)
 cross join (values
    ('select public.evaluate_alert_rules()'),
    ('select public.purge_health_history()')) as s (statement);
select is(pg_temp.attempt('service', s.statement), '23514', 'refused: ' || s.statement)
  from (values
    ($$select public.record_health_metric('pgtap.metric', 'NaN')$$),
    ($$select public.record_health_metric('pgtap.metric', 'infinity')$$),
    ($$select public.record_health_metric('Not a name', 1)$$),
    ($$select public.record_health_metric('pgtap.metric', 1, null, null, '[]')$$),
    ($$select public.record_health_check('pgtap', 'sick')$$),
    ($$select public.record_health_check('pgtap', 'healthy', null, -1)$$),
    ($$select public.record_security_event('pgtap.event', 'loud')$$)) as s (statement);
select is(pg_temp.attempt('service', $$ select public.record_health_metric('pgtap.metric', 1, pg_temp.id('nowhere')) $$), '23503', 'a metric is of an organization that is there');

-- Overviews: the latest check, and the statistics of a day.
insert into public.system_health_checks (organization_id, component, status, checked_at) values
    (pg_temp.id('h'), 'pgtap', 'unhealthy', now() - interval '2 hours'), (pg_temp.id('h'), 'pgtap', 'healthy', now() - interval '1 hour');
select is((select status || ' ' || age from public.system_health_overview where organization_id = pg_temp.id('h') and component = 'pgtap'),
          'healthy 01:00:00', 'the overview shows the latest check and its age');
insert into public.system_health_metrics (organization_id, metric_name, metric_value, recorded_at)
select pg_temp.id('h'), 'pgtap.statistics', n, now() - n * interval '1 minute' from generate_series(1, 21) n;
insert into public.system_health_metrics (organization_id, metric_name, metric_value, recorded_at)
values (pg_temp.id('h'), 'pgtap.statistics', 1000, now() - interval '25 hours');
select results_eq(
    $query$ select samples, minimum, average, percentile_95, maximum, last_value from public.system_metrics_overview where metric_name = 'pgtap.statistics' $query$,
    $query$ values (21::bigint, 1::double precision, 11::double precision, 20::double precision, 21::double precision, 1::double precision) $query$,
    'the overview shows the statistics of 24 hours, and nothing older');

-- Every aggregate and comparison ------------------------------------------------------------------------------

insert into public.system_health_metrics (organization_id, metric_name, metric_value, recorded_at)
select pg_temp.id('h'), 'pgtap.values', v.value, now() - v.minutes * interval '1 minute'
  from (values (2, 4), (6, 3), (4, 1)) as v (value, minutes); -- last 4, avg 4, min 2, max 6, sum 12, count 3
insert into public.system_health_metrics (organization_id, metric_name, metric_value, recorded_at)
values (pg_temp.id('h'), 'pgtap.values', 999, now() - interval '6 minutes'), -- outside of the window
       (pg_temp.id('l'), 'pgtap.values', 999, now()), (null, 'pgtap.values', 999, now()); -- of others
create temporary table trial (name text, aggregate text, comparison text, threshold double precision, fires boolean) on commit drop;
insert into trial values
    ('last =', 'last', '=', 4, true), ('last <', 'last', '<', 4, false), ('last <=', 'last', '<=', 4, true), ('last >', 'last', '>', 4, false), ('last >=', 'last', '>=', 4, true),
    ('avg', 'avg', '=', 4, true), ('min', 'min', '=', 2, true), ('max', 'max', '=', 6, true), ('sum', 'sum', '=', 12, true), ('count', 'count', '=', 3, true),
    ('max not', 'max', '>', 6, false), ('min not', 'min', '<', 2, false), ('sum not', 'sum', '>', 12, false), ('count not', 'count', '<', 3, false);
insert into public.system_alert_rules (organization_id, name, metric_name, aggregate, comparison, threshold, window_seconds)
select pg_temp.id('h'), 'trial ' || name, 'pgtap.values', aggregate, comparison, threshold, 300 from trial;
select lives_ok($$ select public.evaluate_alert_rules() $$, 'the rules are evaluated');
select is(exists (select from public.system_alert_history h where h.organization_id = pg_temp.id('h') and h.rule_name = 'trial ' || t.name), t.fires,
          t.name || ' ' || t.threshold || case when t.fires then ' fires' else ' does not fire' end)
  from trial t;
update public.system_alert_rules set is_enabled = false where organization_id = pg_temp.id('h');

-- The life of an alert ---------------------------------------------------------------------------------------

insert into public.system_alert_rules (id, organization_id, scope, name, description, metric_name, threshold, window_seconds, severity) values
    (pg_temp.id('rule h'), pg_temp.id('h'), 'organization', 'pgtap h', 'Look at it.', 'pgtap.life', 10, 300, 'warning'),
    (pg_temp.id('rule system'), null, 'system', 'pgtap system', '', 'pgtap.life', 10, 300, 'critical'),
    (pg_temp.id('rule every'), null, 'every_organization', 'pgtap every', '', 'pgtap.life', 10, 300, 'info');
create function pg_temp.evaluated() returns text language sql as $function$
    select coalesce(string_agg(case rule_id when pg_temp.id('rule h') then 'own' when pg_temp.id('rule system') then 'system' else 'every' end
                               || case organization_id when pg_temp.id('h') then ':h' when pg_temp.id('l') then ':l' else '' end
                               || ' ' || outcome, ', ' order by rule_id = pg_temp.id('rule h') desc, rule_id = pg_temp.id('rule system') desc, organization_id = pg_temp.id('h') desc), '')
      from public.evaluate_alert_rules()
$function$;
select is(pg_temp.evaluated(), '', 'without a value no rule speaks');
insert into public.system_health_metrics (organization_id, metric_name, metric_value, recorded_at)
select pg_temp.id(o), 'pgtap.life', 10, now() - interval '4 minutes' from unnest(array['h', 'l', null]) o;
select is(pg_temp.evaluated(), '', 'a value at the threshold is not above it');
insert into public.system_health_metrics (organization_id, metric_name, metric_value, recorded_at)
values (pg_temp.id('h'), 'pgtap.life', 11, now() - interval '3 minutes');
select is(pg_temp.evaluated(), 'own:h raised, every:h raised', 'an alert is raised where the value is');
select is(pg_temp.evaluated(), 'own:h continues, every:h continues', 'and goes on while it is');
select is((select count(*) from public.system_alert_history where organization_id = pg_temp.id('h') and rule_name in ('pgtap h', 'pgtap every')), 2::bigint,
          'it is one alert, however often it is seen');
insert into public.system_health_metrics (organization_id, metric_name, metric_value, recorded_at)
select pg_temp.id(o), 'pgtap.life', 20, now() - interval '2 minutes' from unnest(array['l', null]) o;
select is(pg_temp.evaluated(), 'own:h continues, system raised, every:h continues, every:l raised', 'a rule for every organization looks at each by itself');
select is(pg_temp.ask('vera', $$ select string_agg(rule_name || ': ' || description, ', ' order by rule_name) from public.system_alerts_overview
                                  where rule_name like 'pgtap %' $$), 'pgtap every: , pgtap h: Look at it.',
          'a member sees the alerts of the organization, those of the service''s rules too');
select is(pg_temp.ask('super', $$ select count(*) from public.system_alerts_overview where rule_name like 'pgtap %' $$), '4', 'a super administrator sees them all');

-- Who deals with them.
create function pg_temp.alert(rule text, organization text default null) returns uuid language sql security definer as $function$
    select id from public.system_alert_history
     where rule_id = pg_temp.id('rule ' || rule) and organization_id is not distinct from pg_temp.id(organization) and status <> 'resolved'
$function$;
grant execute on function pg_temp.alert(text, text) to public;
select is(pg_temp.attempt(p.who, format('select public.%s(pg_temp.alert(%L, %L))', f.name, p.rule, p.organization)), p.outcome,
          p.who || ': ' || f.name || ' of the alert of ' || coalesce(p.organization, 'the system'))
  from unnest(array['acknowledge_alert', 'resolve_alert']) as f (name)
 cross join (values
    ('olga', 'h', 'h', '1 row(s)'), ('ada', 'every', 'h', '1 row(s)'), ('max', 'h', 'h', 'PT404'), ('vera', 'h', 'h', 'PT404'),
    ('sam', 'h', 'h', 'PT404'), ('ida', 'h', 'h', 'PT404'), ('tom', 'h', 'h', 'PT404'), ('tom', 'every', 'l', '1 row(s)'),
    ('otto', 'h', 'h', 'PT404'), ('nobody', 'h', 'h', 'PT404'), ('forger', 'h', 'h', 'PT404'), ('anon', 'h', 'h', '42501'),
    ('super', 'h', 'h', '1 row(s)'), ('service', 'h', 'h', '1 row(s)'),
    ('olga', 'system', null, 'PT404'), ('super', 'system', null, '1 row(s)'), ('service', 'system', null, '1 row(s)')) as p (who, rule, organization, outcome);
select is(pg_temp.attempt('olga', 'select public.acknowledge_alert(pg_temp.id(''nothing''))'), 'PT404', 'an alert that is not there is refused like one of others');

select is(pg_temp.ask('ada', $$ select (public.acknowledge_alert(pg_temp.alert('h', 'h'), 'I look')).status $$), 'acknowledged', 'an admin takes an alert on');
select results_eq(
    $query$ select status, note, acknowledged_by, acknowledged_at is not null, resolved_at is null from public.system_alert_history where id = pg_temp.alert('h', 'h') $query$,
    $query$ values ('acknowledged', 'I look', pg_temp.id('ada'), true, true) $query$,
    'and is noted with it: the caller, from the token');
select is(pg_temp.attempt('olga', $$ select public.acknowledge_alert(pg_temp.alert('h', 'h')) $$), 'PT404', 'what one has taken on, another does not take on');
select is(pg_temp.evaluated(), 'own:h continues, system continues, every:h continues, every:l continues', 'an alert that was taken on is not raised again');
select is(pg_temp.ask('service', $$ select (public.resolve_alert(pg_temp.alert('system'), 'Restarted')).status $$), 'resolved', 'the service ends an alert');
select results_eq(
    $query$ select note, resolved_by, resolved_at is not null from public.system_alert_history where rule_id = pg_temp.id('rule system') $query$,
    $query$ values ('Restarted', null::uuid, true) $query$, 'which names nobody');
select is(pg_temp.evaluated(), 'own:h continues, system raised, every:h continues, every:l continues', 'what has ended by hand is raised anew while its reason is there');
select is((select count(*) from public.system_alert_history where rule_id = pg_temp.id('rule system')), 2::bigint, 'as another alert');
insert into public.system_health_metrics (organization_id, metric_name, metric_value, recorded_at)
select pg_temp.id(o), 'pgtap.life', 1, now() - interval '1 minute' from unnest(array['h', 'l', null]) o;
select is(pg_temp.evaluated(), 'own:h resolved, system resolved, every:h resolved, every:l resolved', 'an alert ends when the value comes back');
select is(pg_temp.evaluated(), '', 'and is then quiet');
select is((select note from public.system_alert_history where rule_id = pg_temp.id('rule h')), 'I look', 'what somebody has written stays');
select is_empty($query$ select * from public.system_alerts_overview where rule_name like 'pgtap %' $query$, 'nothing is open');
update public.system_health_metrics set recorded_at = now() - interval '1 hour' where metric_name = 'pgtap.life';
insert into public.system_alert_history (rule_id, organization_id, rule_name, metric_name, severity, observed_value, threshold)
values (pg_temp.id('rule h'), pg_temp.id('h'), 'pgtap h', 'pgtap.life', 'warning', 11, 10);
select is(pg_temp.evaluated(), '', 'without any value an alert stays as it is: silence is not health');
select isnt(pg_temp.alert('h', 'h'), null, 'it is still open');
update public.system_alert_rules set aggregate = 'count', comparison = '<', threshold = 1 where id in (pg_temp.id('rule system'), pg_temp.id('rule every'));
select is(pg_temp.evaluated(), 'system raised', 'a rule of the system can ask for values that do not come');
delete from public.system_alert_rules where id = pg_temp.id('rule h');
select is((select count(*) from public.system_alert_history where rule_name = 'pgtap h' and rule_id is null), 2::bigint, 'alerts outlive their rule');

-- Keeping -------------------------------------------------------------------------------------------------------

delete from public.system_health_metrics;
delete from public.system_health_checks;
delete from public.system_alert_history;
insert into public.system_health_metrics (metric_name, metric_value, recorded_at) values ('pgtap.old', 1, now() - interval '91 days'), ('pgtap.new', 1, now() - interval '89 days');
insert into public.system_health_checks (component, status, checked_at) values ('pgtap.old', 'healthy', now() - interval '91 days'), ('pgtap.new', 'healthy', now() - interval '89 days');
insert into public.system_alert_history (rule_name, metric_name, severity, status, observed_value, threshold, fired_at, resolved_at) values
    ('old', 'x', 'info', 'resolved', 1, 0, now() - interval '99 days', now() - interval '91 days'),
    ('new', 'x', 'info', 'resolved', 1, 0, now() - interval '99 days', now() - interval '89 days'),
    ('open', 'x', 'info', 'open', 1, 0, now() - interval '99 days', null);
select results_eq($query$ select relation, removed from public.purge_health_history() $query$,
    $query$ values ('system_health_metrics', 1::bigint), ('system_health_checks', 1::bigint), ('system_alert_history', 1::bigint) $query$,
    'what is older than 90 days is removed');
select is((select string_agg(rule_name, ' ' order by rule_name) from public.system_alert_history), 'new open', 'an alert that is open is never removed');
select is(pg_temp.attempt('service', 'select public.purge_health_history(interval ''23 hours'')'), '22023', 'the last day is never removed');
select is(pg_temp.attempt('service', 'select public.purge_health_history(null)'), '22023', 'a missing interval removes nothing');

select * from finish();
rollback;
