-- Health monitoring: what is measured, what is checked, which rules raise an alert, and which were raised.
--
-- Inventory: tables system_health_metrics, system_health_checks, system_alert_rules, system_alert_history, the
-- partitions private.system_health_metrics_default and private.system_health_checks_default;
-- views system_health_overview, system_metrics_overview, system_alerts_overview;
-- functions record_health_metric, record_health_check, evaluate_alert_rules, acknowledge_alert, resolve_alert,
-- purge_health_history, private.caller_is_service, private.caller_may_handle_alert, private.view_can_be_replaced,
-- private.require_single_function, private.require_valid_indexes, private.require_partitioned,
-- private.keep_by_month; 7 policies, 9 indexes, 1 trigger.
--
-- A row with an organization belongs to that tenant; a row without one is about the whole system and is
-- for the service and super administrators. Only the service writes metrics and checks, and only the
-- functions of this file write the history of alerts.
--
-- What grows with time is partitioned by it. A migration makes the parent and the partition for all the rest, whose
-- names are the same in every month and on every database; the partitions of the months are made and dropped by the
-- functions that remove old rows. All of them are in private, where no API looks, with row security and without a
-- grant: a partition that can be reached by itself goes round the policies of its parent.

-- Guards --------------------------------------------------------------------------------------------

create or replace function private.view_can_be_replaced(relation text, columns text[])
returns boolean
language sql
stable
set search_path = pg_catalog, pg_temp
as $function$
    -- CREATE OR REPLACE VIEW may only add columns behind the ones that are there (42P16 otherwise).
    select coalesce(array_agg(a.attname || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod) order by a.attnum)
                    = columns[1:count(*)::int], true)
      from pg_catalog.pg_attribute a
     where a.attrelid = pg_catalog.to_regclass(relation)
       and a.attnum > 0
       and not a.attisdropped
$function$;
comment on function private.view_can_be_replaced(text, text[]) is
    'Whether the view is absent or begins with the columns given as "name type", so that it can be replaced in place. For migrations only.';
revoke all on function private.view_can_be_replaced(text, text[]) from public, anon, authenticated, service_role;

create or replace function private.require_single_function(names text[])
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    overloaded text;
begin
    select string_agg(signature.text, ', ' order by signature.text)
      into overloaded
      from (
           select p.oid::regprocedure::text as text, count(*) over (partition by p.proname, p.pronamespace) as overloads
             from pg_catalog.pg_proc p
             join pg_catalog.pg_namespace n on n.oid = p.pronamespace
            where n.nspname || '.' || p.proname = any (names)
      ) as signature
     where signature.overloads > 1;
    if overloaded is not null then
        raise exception 'functions with several signatures: %', overloaded
            using errcode = 'ambiguous_function',
                  hint = 'Drop the signature that an older release left behind, then run the migration again.';
    end if;
end
$function$;
comment on function private.require_single_function(text[]) is
    'Raises when one of the given "schema.name" functions has overloads, which would make calls with defaults ambiguous. For migrations only.';
revoke all on function private.require_single_function(text[]) from public, anon, authenticated, service_role;

create or replace function private.require_valid_indexes(names text[])
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    broken text;
begin
    select string_agg(wanted.name, ', ' order by wanted.name)
      into broken
      from unnest(names) as wanted (name)
     where not exists (select from pg_catalog.pg_index i
                        where i.indexrelid = pg_catalog.to_regclass(wanted.name) and i.indisvalid and i.indisready);
    if broken is not null then
        raise exception 'invalid index: %', broken
            using errcode = 'object_not_in_prerequisite_state',
                  hint = 'Drop it (DROP INDEX CONCURRENTLY) and run the migration again.';
    end if;
end
$function$;
comment on function private.require_valid_indexes(text[]) is
    'Raises when one of the given "schema.name" indexes is absent or left invalid by a failed concurrent build, with which IF NOT EXISTS is content. For migrations only.';
revoke all on function private.require_valid_indexes(text[]) from public, anon, authenticated, service_role;

create or replace function private.require_partitioned(relation text, key text)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $function$
begin
    if pg_catalog.pg_get_partkeydef(pg_catalog.to_regclass(relation)) is distinct from 'RANGE (' || key || ')' then
        raise exception 'table % exists and is not partitioned by range of %', relation, key
            using errcode = 'wrong_object_type',
                  hint = 'Move its rows into a partitioned one as docs/how-to/partition-by-time.md says, then run the migration again.';
    end if;
end
$function$;
comment on function private.require_partitioned(text, text) is
    'Raises unless the relation is partitioned by range of the column: CREATE TABLE IF NOT EXISTS is content with one that is not. For migrations only.';
revoke all on function private.require_partitioned(text, text) from public, anon, authenticated, service_role;

-- Partitions ----------------------------------------------------------------------------------------

create or replace function private.keep_by_month(relation regclass, keep interval)
returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC' -- months, and the bounds as text
set lock_timeout = '500ms' -- below deadlock_timeout: of two that wait for each other this one gives up
as $function$
declare
    parent constant text := (select c.relname from pg_catalog.pg_class c where c.oid = relation);
    rest constant regclass := (select p.partdefid from pg_catalog.pg_partitioned_table p where p.partrelid = relation);
    key constant text := (select a.attname
                            from pg_catalog.pg_partitioned_table p
                            join pg_catalog.pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
                           where p.partrelid = relation);
    month record;
    part record;
    is_new boolean := false;
    removed bigint;
begin
    -- Whom the locks on another table keep waiting already must not find itself in a circle with this one.
    if exists (select from pg_catalog.pg_locks l
                where l.pid = pg_catalog.pg_backend_pid() and l.granted and l.locktype = 'relation'
                  and l.mode in ('ShareRowExclusiveLock', 'AccessExclusiveLock')) then
        perform set_config('lock_timeout', '1ms', true);
    end if;
    execute format('delete from %s where %I < $1', rest, key) using now() - keep;
    get diagnostics removed = row_count;
    for month in
        select parent || to_char(m, '_YYYY_MM') as name, m as first_moment, m + interval '1 month' as end_moment
          from generate_series(date_trunc('month', now()), date_trunc('month', now()) + interval '2 months', '1 month') as m
         where not exists (
               select from pg_catalog.pg_inherits i
                 join pg_catalog.pg_class c on c.oid = i.inhrelid and c.oid is distinct from rest
                cross join lateral (select pg_catalog.pg_get_expr(c.relpartbound, c.oid) as bounds) as has
                where i.inhparent = relation
                  and coalesce((regexp_match(bounds, $$FROM \('([^']+)'\)$$))[1]::timestamptz, '-infinity') < m + interval '1 month'
                  and coalesce((regexp_match(bounds, $$TO \('([^']+)'\)$$))[1]::timestamptz, 'infinity') > m)
    loop
        begin
            execute format('create table private.%I (like %s including defaults including constraints including comments)',
                           month.name, relation);
            execute format('comment on table private.%I is %L', month.name,
                           format('Rows of %s of %s, in UTC.', parent, to_char(month.first_moment, 'YYYY-MM')));
            execute format('alter table private.%I enable row level security', month.name);
            execute format('revoke all on table private.%I from public, anon, authenticated, service_role', month.name);
            -- Nobody adds a row while those of the month move: whoever has begun to add one to the rest would be refused.
            execute format('lock table only %s in share row exclusive mode', relation);
            execute format('lock table %s in access exclusive mode', rest);
            execute format('with moved as (delete from %s where %I >= $1 and %2$I < $2 returning *) '
                           'insert into private.%3$I select * from moved', rest, key, month.name)
              using month.first_moment, month.end_moment;
            execute format('alter table %s attach partition private.%I for values from (%L) to (%L)',
                           relation, month.name, month.first_moment, month.end_moment);
            is_new := true;
            perform set_config('lock_timeout', '1ms', true);
        exception when lock_not_available or deadlock_detected then
            raise notice 'partition % is made the next time: %', month.name, sqlerrm;
        end;
    end loop;
    if is_new then
        -- Autovacuum takes statistics of each partition, and never of the whole.
        begin
            execute format('analyze %s', relation);
        exception when lock_not_available then
            raise notice 'table % is analyzed the next time: %', parent, sqlerrm;
        end;
    end if;
    -- Last, since the parent cannot even be read from here to the end of the transaction.
    for part in
        select c.oid::regclass as name, greatest(c.reltuples, pg_stat_get_live_tuples(c.oid), 0)::bigint as rows
          from pg_catalog.pg_inherits i
          join pg_catalog.pg_class c on c.oid = i.inhrelid
         where i.inhparent = relation
           and (regexp_match(pg_catalog.pg_get_expr(c.relpartbound, c.oid), $$TO \('([^']+)'\)$$))[1]::timestamptz
               <= now() - keep
    loop
        begin
            execute format('drop table %s', part.name);
            removed := removed + part.rows;
        exception when lock_not_available or deadlock_detected then
            raise notice 'partition % is dropped the next time: %', part.name, sqlerrm;
        end;
    end loop;
    return removed;
end
$function$;
comment on function private.keep_by_month(regclass, interval) is
    'Makes the partitions of this month and the two after it that none covers yet, with the rows of theirs that came before them, and drops those whose last moment is older than the interval; of the rows outside of months it deletes the old ones. Returns how many rows went; of a dropped partition that is what its statistics say. Waits half a second for its first lock and for no other, and leaves the rest to the next run. For definer functions.';
revoke all on function private.keep_by_month(regclass, interval) from public, anon, authenticated, service_role;

-- Who calls -----------------------------------------------------------------------------------------

create or replace function private.caller_is_service()
returns boolean
language sql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    -- Within a definer function current_user is the owner; the role that was set, or else the role that
    -- logged in, is the caller. USAGE counts inherited membership only: the authenticator, which may
    -- become any API role, is not the service until it has.
    select pg_catalog.pg_has_role(
        coalesce(nullif(pg_catalog.current_setting('role', true), 'none'), session_user)::name, 'service_role', 'usage')
$function$;
comment on function private.caller_is_service() is
    'Whether the database role behind the call is service_role or includes it (scheduled jobs run as postgres); no claim and no argument is believed. For definer functions.';
revoke all on function private.caller_is_service() from public, anon, authenticated, service_role;

-- Metrics -------------------------------------------------------------------------------------------

create table if not exists public.system_health_metrics (
    id              uuid             not null default gen_random_uuid(),
    organization_id uuid,
    metric_name     text             not null,
    metric_value    double precision not null,
    unit            text,
    labels          jsonb            not null default '{}',
    recorded_at     timestamptz      not null default now(),
    constraint system_health_metrics_pkey primary key (id, recorded_at),
    constraint system_health_metrics_organization_id_fkey foreign key (organization_id)
        references public.organizations (id) on delete cascade,
    constraint system_health_metrics_metric_name_check check (metric_name ~ '^[a-z][a-z0-9_.]{0,99}$'),
    constraint system_health_metrics_metric_value_check check (metric_value > '-infinity' and metric_value < 'infinity'),
    constraint system_health_metrics_labels_check check (jsonb_typeof(labels) = 'object')
) partition by range (recorded_at);
do $block$ begin
    perform private.require_columns('public.system_health_metrics', array[
        'id uuid not null', 'organization_id uuid', 'metric_name text not null', 'metric_value double precision not null',
        'unit text', 'labels jsonb not null', 'recorded_at timestamp with time zone not null']);
    perform private.require_partitioned('public.system_health_metrics', 'recorded_at');
end $block$;
create table if not exists private.system_health_metrics_default partition of public.system_health_metrics default;
comment on table private.system_health_metrics_default is 'Rows of system_health_metrics for whose month there is no partition.';
alter table private.system_health_metrics_default enable row level security;
revoke all on table private.system_health_metrics_default from public, anon, authenticated, service_role;
comment on table public.system_health_metrics is 'Measured values over time, of an organization or of the whole system, by month; the service adds them, purge_health_history removes old months.';
comment on column public.system_health_metrics.id is 'Identifier of the measurement.';
comment on column public.system_health_metrics.organization_id is 'The organization it is about; null for the whole system.';
comment on column public.system_health_metrics.metric_name is 'What was measured, such as integrations.failure_ratio.';
comment on column public.system_health_metrics.metric_value is 'The value, in the given unit.';
comment on column public.system_health_metrics.unit is 'Unit of the value, such as ms; null for plain counts and ratios.';
comment on column public.system_health_metrics.labels is 'What distinguishes values of one name, such as the host; no personal data.';
comment on column public.system_health_metrics.recorded_at is 'When it was measured.';
comment on constraint system_health_metrics_organization_id_fkey on public.system_health_metrics is 'Measurements go with their organization.';
comment on constraint system_health_metrics_metric_name_check on public.system_health_metrics is 'Small letters, digits, dots and underscores, beginning with a letter.';
comment on constraint system_health_metrics_metric_value_check on public.system_health_metrics is 'A finite number: NaN and infinity would defeat every comparison of a rule.';
comment on constraint system_health_metrics_labels_check on public.system_health_metrics is 'Labels are a JSON object.';

create index if not exists idx_system_health_metrics_series on public.system_health_metrics (organization_id, metric_name, recorded_at desc);
comment on index public.idx_system_health_metrics_series is 'Serves: latest values of one metric of an organization or the system (evaluate_alert_rules, system_metrics_overview); deletion of an organization.';
create index if not exists idx_system_health_metrics_recorded on public.system_health_metrics (recorded_at);
comment on index public.idx_system_health_metrics_recorded is 'Serves: removal of old measurements; values of every organization in a rule''s window.';

-- Checks --------------------------------------------------------------------------------------------

create table if not exists public.system_health_checks (
    id              uuid             not null default gen_random_uuid(),
    organization_id uuid,
    component       text             not null,
    status          text             not null,
    latency_ms      double precision,
    details         jsonb            not null default '{}',
    checked_at      timestamptz      not null default now(),
    constraint system_health_checks_pkey primary key (id, checked_at),
    constraint system_health_checks_organization_id_fkey foreign key (organization_id)
        references public.organizations (id) on delete cascade,
    constraint system_health_checks_component_check check (component ~ '^[a-z][a-z0-9_.]{0,99}$'),
    constraint system_health_checks_status_check check (status in ('healthy', 'degraded', 'unhealthy', 'unknown')),
    constraint system_health_checks_latency_ms_check check (latency_ms >= 0 and latency_ms < 'infinity'),
    constraint system_health_checks_details_check check (jsonb_typeof(details) = 'object')
) partition by range (checked_at);
do $block$ begin
    perform private.require_columns('public.system_health_checks', array[
        'id uuid not null', 'organization_id uuid', 'component text not null', 'status text not null',
        'latency_ms double precision', 'details jsonb not null', 'checked_at timestamp with time zone not null']);
    perform private.require_partitioned('public.system_health_checks', 'checked_at');
end $block$;
create table if not exists private.system_health_checks_default partition of public.system_health_checks default;
comment on table private.system_health_checks_default is 'Rows of system_health_checks for whose month there is no partition.';
alter table private.system_health_checks_default enable row level security;
revoke all on table private.system_health_checks_default from public, anon, authenticated, service_role;
comment on table public.system_health_checks is 'Results of health checks over time, of an organization''s component or of the system''s, by month; the service adds them, purge_health_history removes old months.';
comment on column public.system_health_checks.id is 'Identifier of the result.';
comment on column public.system_health_checks.organization_id is 'The organization whose component it is; null for a component of the system.';
comment on column public.system_health_checks.component is 'What was checked, such as integration.whatsapp or database.';
comment on column public.system_health_checks.status is 'healthy, degraded (works with trouble), unhealthy, or unknown when the check itself could not run.';
comment on column public.system_health_checks.latency_ms is 'How long the component took to answer, in milliseconds; null when it did not.';
comment on column public.system_health_checks.details is 'What else the check saw; no secrets.';
comment on column public.system_health_checks.checked_at is 'When it was checked.';
comment on constraint system_health_checks_organization_id_fkey on public.system_health_checks is 'Results go with their organization.';
comment on constraint system_health_checks_component_check on public.system_health_checks is 'Small letters, digits, dots and underscores, beginning with a letter.';
comment on constraint system_health_checks_status_check on public.system_health_checks is 'The outcomes of a check.';
comment on constraint system_health_checks_latency_ms_check on public.system_health_checks is 'A duration is finite and not negative.';
comment on constraint system_health_checks_details_check on public.system_health_checks is 'Details are a JSON object.';

create index if not exists idx_system_health_checks_component on public.system_health_checks (organization_id, component, checked_at desc);
comment on index public.idx_system_health_checks_component is 'Serves: latest result per component (system_health_overview); deletion of an organization.';
create index if not exists idx_system_health_checks_checked on public.system_health_checks (checked_at);
comment on index public.idx_system_health_checks_checked is 'Serves: removal of old results.';

-- Rules ---------------------------------------------------------------------------------------------

create table if not exists public.system_alert_rules (
    id              uuid             not null default gen_random_uuid(),
    organization_id uuid,
    scope           text             not null default 'organization',
    name            text             not null,
    description     text             not null default '',
    metric_name     text             not null,
    aggregate       text             not null default 'last',
    comparison      text             not null default '>',
    threshold       double precision not null,
    window_seconds  integer          not null default 300,
    severity        text             not null default 'warning',
    is_enabled      boolean          not null default true,
    created_at      timestamptz      not null default now(),
    updated_at      timestamptz      not null default now(),
    constraint system_alert_rules_pkey primary key (id),
    constraint system_alert_rules_organization_id_name_key unique nulls not distinct (organization_id, name),
    constraint system_alert_rules_organization_id_fkey foreign key (organization_id)
        references public.organizations (id) on delete cascade,
    constraint system_alert_rules_scope_check check (
        case when organization_id is null then scope in ('system', 'every_organization') else scope = 'organization' end),
    constraint system_alert_rules_name_check check (length(btrim(name)) between 1 and 200),
    constraint system_alert_rules_metric_name_check check (metric_name ~ '^[a-z][a-z0-9_.]{0,99}$'),
    constraint system_alert_rules_aggregate_check check (aggregate in ('last', 'avg', 'min', 'max', 'sum', 'count')),
    constraint system_alert_rules_comparison_check check (comparison in ('>', '>=', '<', '<=', '=')),
    constraint system_alert_rules_threshold_check check (threshold > '-infinity' and threshold < 'infinity'),
    constraint system_alert_rules_window_seconds_check check (window_seconds between 60 and 2592000),
    constraint system_alert_rules_severity_check check (severity in ('info', 'warning', 'critical'))
);
do $block$ begin
    perform private.require_columns('public.system_alert_rules', array[
        'id uuid not null', 'organization_id uuid', 'scope text not null', 'name text not null',
        'description text not null', 'metric_name text not null', 'aggregate text not null',
        'comparison text not null', 'threshold double precision not null', 'window_seconds integer not null',
        'severity text not null', 'is_enabled boolean not null',
        'created_at timestamp with time zone not null', 'updated_at timestamp with time zone not null']);
end $block$;
comment on table public.system_alert_rules is 'When a metric raises an alert: an organization''s own rules, and the service''s for the system or for every organization.';
comment on column public.system_alert_rules.id is 'Identifier of the rule.';
comment on column public.system_alert_rules.organization_id is 'The organization it belongs to; null for the service''s rules.';
comment on column public.system_alert_rules.scope is 'organization: that one''s metrics; system: metrics without an organization; every_organization: each organization''s metrics apart.';
comment on column public.system_alert_rules.name is 'Name shown with the alert; unique per organization.';
comment on column public.system_alert_rules.description is 'What it means and what to do.';
comment on column public.system_alert_rules.metric_name is 'Which metric is looked at.';
comment on column public.system_alert_rules.aggregate is 'How the values in the window become one.';
comment on column public.system_alert_rules.comparison is 'How that value compares with the threshold when there is reason for an alert.';
comment on column public.system_alert_rules.threshold is 'The value it is compared with, in the metric''s unit.';
comment on column public.system_alert_rules.window_seconds is 'How far back values count, in seconds.';
comment on column public.system_alert_rules.severity is 'How urgent the alert is.';
comment on column public.system_alert_rules.is_enabled is 'Whether it is evaluated.';
comment on column public.system_alert_rules.created_at is 'When the rule was created.';
comment on column public.system_alert_rules.updated_at is 'When the row last changed; set by trigger.';
comment on constraint system_alert_rules_organization_id_name_key on public.system_alert_rules is 'A name is unique within an organization, and among the service''s rules; also the organization index.';
comment on constraint system_alert_rules_organization_id_fkey on public.system_alert_rules is 'Rules go with their organization.';
comment on constraint system_alert_rules_scope_check on public.system_alert_rules is 'A rule with an organization is that one''s; only the service''s rules reach further.';
comment on constraint system_alert_rules_name_check on public.system_alert_rules is 'A name is not blank and at most 200 characters long.';
comment on constraint system_alert_rules_metric_name_check on public.system_alert_rules is 'The form of a metric''s name.';
comment on constraint system_alert_rules_aggregate_check on public.system_alert_rules is 'The aggregates that evaluate_alert_rules knows.';
comment on constraint system_alert_rules_comparison_check on public.system_alert_rules is 'The comparisons that evaluate_alert_rules knows.';
comment on constraint system_alert_rules_threshold_check on public.system_alert_rules is 'A finite number.';
comment on constraint system_alert_rules_window_seconds_check on public.system_alert_rules is 'One minute to thirty days.';
comment on constraint system_alert_rules_severity_check on public.system_alert_rules is 'The three urgencies.';

create or replace trigger set_updated_at before update on public.system_alert_rules
    for each row execute function private.set_updated_at();
comment on trigger set_updated_at on public.system_alert_rules is 'Keeps updated_at true.';

-- History -------------------------------------------------------------------------------------------

create table if not exists public.system_alert_history (
    id              uuid             not null default gen_random_uuid(),
    rule_id         uuid,
    organization_id uuid,
    rule_name       text             not null,
    description     text             not null default '',
    metric_name     text             not null,
    severity        text             not null,
    status          text             not null default 'open',
    observed_value  double precision not null,
    threshold       double precision not null,
    fired_at        timestamptz      not null default now(),
    last_seen_at    timestamptz      not null default now(),
    acknowledged_at timestamptz,
    acknowledged_by uuid,
    resolved_at     timestamptz,
    resolved_by     uuid,
    note            text,
    constraint system_alert_history_pkey primary key (id),
    constraint system_alert_history_rule_id_fkey foreign key (rule_id)
        references public.system_alert_rules (id) on delete set null,
    constraint system_alert_history_organization_id_fkey foreign key (organization_id)
        references public.organizations (id) on delete cascade,
    constraint system_alert_history_acknowledged_by_fkey foreign key (acknowledged_by)
        references auth.users (id) on delete set null,
    constraint system_alert_history_resolved_by_fkey foreign key (resolved_by)
        references auth.users (id) on delete set null,
    constraint system_alert_history_severity_check check (severity in ('info', 'warning', 'critical')),
    constraint system_alert_history_status_check check (status in ('open', 'acknowledged', 'resolved')),
    constraint system_alert_history_resolved_at_check check ((status = 'resolved') = (resolved_at is not null)),
    constraint system_alert_history_note_check check (length(note) <= 2000)
);
do $block$ begin
    perform private.require_columns('public.system_alert_history', array[
        'id uuid not null', 'rule_id uuid', 'organization_id uuid', 'rule_name text not null',
        'description text not null', 'metric_name text not null', 'severity text not null', 'status text not null',
        'observed_value double precision not null', 'threshold double precision not null',
        'fired_at timestamp with time zone not null', 'last_seen_at timestamp with time zone not null',
        'acknowledged_at timestamp with time zone', 'acknowledged_by uuid',
        'resolved_at timestamp with time zone', 'resolved_by uuid', 'note text']);
end $block$;
comment on table public.system_alert_history is 'Alerts that were raised, and who dealt with them; written by evaluate_alert_rules, acknowledge_alert and resolve_alert only.';
comment on column public.system_alert_history.id is 'Identifier of the alert.';
comment on column public.system_alert_history.rule_id is 'The rule that raised it; null when that was deleted since.';
comment on column public.system_alert_history.organization_id is 'The organization it is about; null for the system.';
comment on column public.system_alert_history.rule_name is 'Name of the rule at that time.';
comment on column public.system_alert_history.description is 'What it means and what to do, as the rule said at that time.';
comment on column public.system_alert_history.metric_name is 'The metric it was raised for.';
comment on column public.system_alert_history.severity is 'Urgency at that time.';
comment on column public.system_alert_history.status is 'open, acknowledged by somebody, or resolved.';
comment on column public.system_alert_history.observed_value is 'The value last seen while the alert was not resolved, in the metric''s unit.';
comment on column public.system_alert_history.threshold is 'The rule''s threshold at that time.';
comment on column public.system_alert_history.fired_at is 'When it was raised.';
comment on column public.system_alert_history.last_seen_at is 'When its reason was last seen.';
comment on column public.system_alert_history.acknowledged_at is 'When somebody took it on.';
comment on column public.system_alert_history.acknowledged_by is 'Who took it on; null for the service or a deleted user.';
comment on column public.system_alert_history.resolved_at is 'When it ended.';
comment on column public.system_alert_history.resolved_by is 'Who ended it; null when the value came back by itself, for the service, or a deleted user.';
comment on column public.system_alert_history.note is 'What was found or done.';
comment on constraint system_alert_history_rule_id_fkey on public.system_alert_history is 'An alert outlives its rule.';
comment on constraint system_alert_history_organization_id_fkey on public.system_alert_history is 'Alerts go with their organization.';
comment on constraint system_alert_history_acknowledged_by_fkey on public.system_alert_history is 'An alert outlives the account of who took it on.';
comment on constraint system_alert_history_resolved_by_fkey on public.system_alert_history is 'An alert outlives the account of who ended it.';
comment on constraint system_alert_history_severity_check on public.system_alert_history is 'The three urgencies.';
comment on constraint system_alert_history_status_check on public.system_alert_history is 'The states of an alert.';
comment on constraint system_alert_history_resolved_at_check on public.system_alert_history is 'Exactly the resolved ones have an end.';
comment on constraint system_alert_history_note_check on public.system_alert_history is 'At most 2000 characters.';

create unique index if not exists idx_system_alert_history_unresolved on public.system_alert_history (rule_id, organization_id)
    nulls not distinct where status <> 'resolved' and rule_id is not null;
comment on index public.idx_system_alert_history_unresolved is 'One unresolved alert per rule and organization, however many evaluate at once.';
create index if not exists idx_system_alert_history_organization on public.system_alert_history (organization_id, fired_at desc);
comment on index public.idx_system_alert_history_organization is 'Serves: alerts of an organization or the system, newest first; deletion of an organization.';
create index if not exists idx_system_alert_history_rule on public.system_alert_history (rule_id);
comment on index public.idx_system_alert_history_rule is 'Serves: alerts of a rule; deletion of a rule.';
create index if not exists idx_system_alert_history_acknowledged_by on public.system_alert_history (acknowledged_by) where acknowledged_by is not null;
comment on index public.idx_system_alert_history_acknowledged_by is 'Serves: deletion or erasure of a user.';
create index if not exists idx_system_alert_history_resolved_by on public.system_alert_history (resolved_by) where resolved_by is not null;
comment on index public.idx_system_alert_history_resolved_by is 'Serves: deletion or erasure of a user.';

-- Rights --------------------------------------------------------------------------------------------

revoke all on table public.system_health_metrics, public.system_health_checks, public.system_alert_rules, public.system_alert_history
    from public, anon, authenticated, service_role;
grant select on table public.system_health_metrics, public.system_health_checks, public.system_alert_history to authenticated;
grant select, delete on table public.system_alert_rules to authenticated;
grant insert (organization_id, scope, name, description, metric_name, aggregate, comparison, threshold, window_seconds, severity, is_enabled)
    on table public.system_alert_rules to authenticated;
-- A rule never moves: neither organization nor scope can be changed by a client.
grant update (name, description, metric_name, aggregate, comparison, threshold, window_seconds, severity, is_enabled)
    on table public.system_alert_rules to authenticated;
grant select, insert on table public.system_health_metrics, public.system_health_checks to service_role;
grant select, insert, update, delete on table public.system_alert_rules to service_role;
grant select on table public.system_alert_history to service_role;

alter table public.system_health_metrics enable row level security;
alter table public.system_health_checks enable row level security;
alter table public.system_alert_rules enable row level security;
alter table public.system_alert_history enable row level security;

drop policy if exists system_health_metrics_select on public.system_health_metrics;
create policy system_health_metrics_select on public.system_health_metrics for select to authenticated
    using (organization_id = any ((select private.organizations_open_to_caller('viewer'))::uuid[])
           or (organization_id is null and (select private.caller_is_super_admin())));
comment on policy system_health_metrics_select on public.system_health_metrics is 'Active members read their organization''s metrics; super administrators read all, the system''s included.';

drop policy if exists system_health_checks_select on public.system_health_checks;
create policy system_health_checks_select on public.system_health_checks for select to authenticated
    using (organization_id = any ((select private.organizations_open_to_caller('viewer'))::uuid[])
           or (organization_id is null and (select private.caller_is_super_admin())));
comment on policy system_health_checks_select on public.system_health_checks is 'Active members read their organization''s checks; super administrators read all, the system''s included.';

drop policy if exists system_alert_rules_select on public.system_alert_rules;
create policy system_alert_rules_select on public.system_alert_rules for select to authenticated
    using (organization_id = any ((select private.organizations_open_to_caller('viewer'))::uuid[])
           or (organization_id is null and (select private.caller_is_super_admin())));
comment on policy system_alert_rules_select on public.system_alert_rules is 'Active members read their organization''s rules; super administrators read all, the service''s included.';

drop policy if exists system_alert_rules_insert on public.system_alert_rules;
create policy system_alert_rules_insert on public.system_alert_rules for insert to authenticated
    with check (organization_id = any ((select private.organizations_open_to_caller('admin'))::uuid[])
                or (organization_id is null and (select private.caller_is_super_admin())));
comment on policy system_alert_rules_insert on public.system_alert_rules is 'Admins and owners add rules for their organization; super administrators for every organization and the system.';

drop policy if exists system_alert_rules_update on public.system_alert_rules;
create policy system_alert_rules_update on public.system_alert_rules for update to authenticated
    using (organization_id = any ((select private.organizations_open_to_caller('admin'))::uuid[])
           or (organization_id is null and (select private.caller_is_super_admin())))
    with check (organization_id = any ((select private.organizations_open_to_caller('admin'))::uuid[])
                or (organization_id is null and (select private.caller_is_super_admin())));
comment on policy system_alert_rules_update on public.system_alert_rules is 'Admins and owners change their organization''s rules; super administrators all.';

drop policy if exists system_alert_rules_delete on public.system_alert_rules;
create policy system_alert_rules_delete on public.system_alert_rules for delete to authenticated
    using (organization_id = any ((select private.organizations_open_to_caller('admin'))::uuid[])
           or (organization_id is null and (select private.caller_is_super_admin())));
comment on policy system_alert_rules_delete on public.system_alert_rules is 'Admins and owners delete their organization''s rules; super administrators all.';

drop policy if exists system_alert_history_select on public.system_alert_history;
create policy system_alert_history_select on public.system_alert_history for select to authenticated
    using (organization_id = any ((select private.organizations_open_to_caller('viewer'))::uuid[])
           or (organization_id is null and (select private.caller_is_super_admin())));
comment on policy system_alert_history_select on public.system_alert_history is 'Active members read their organization''s alerts; super administrators read all, the system''s included.';

-- Recording -----------------------------------------------------------------------------------------

create or replace function public.record_health_metric(
    p_metric_name text,
    p_metric_value double precision,
    p_organization_id uuid default null,
    p_unit text default null,
    p_labels jsonb default '{}'
)
returns uuid
language sql
set search_path = pg_catalog, pg_temp
as $function$
    insert into public.system_health_metrics (organization_id, metric_name, metric_value, unit, labels)
    values (p_organization_id, p_metric_name, p_metric_value, p_unit, p_labels)
    returning id
$function$;
comment on function public.record_health_metric(text, double precision, uuid, text, jsonb) is
    'Adds one measurement, of the system when no organization is given, and returns its id. For the service.';
revoke all on function public.record_health_metric(text, double precision, uuid, text, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.record_health_metric(text, double precision, uuid, text, jsonb) to service_role;

create or replace function public.record_health_check(
    p_component text,
    p_status text,
    p_organization_id uuid default null,
    p_latency_ms double precision default null,
    p_details jsonb default '{}'
)
returns uuid
language sql
set search_path = pg_catalog, pg_temp
as $function$
    insert into public.system_health_checks (organization_id, component, status, latency_ms, details)
    values (p_organization_id, p_component, p_status, p_latency_ms, p_details)
    returning id
$function$;
comment on function public.record_health_check(text, text, uuid, double precision, jsonb) is
    'Adds the result of one check, of the system when no organization is given, and returns its id. For the service.';
revoke all on function public.record_health_check(text, text, uuid, double precision, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.record_health_check(text, text, uuid, double precision, jsonb) to service_role;

-- Evaluation ----------------------------------------------------------------------------------------

create or replace function public.evaluate_alert_rules()
returns table (rule_id uuid, organization_id uuid, outcome text, observed_value double precision)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
#variable_conflict use_column
begin
    return query
    with samples as (
        -- Rules for one organization and for the system: no value at all still counts as "count = 0".
        select r.id as rule_id, r.organization_id, m.metric_value, m.recorded_at, m.id as sample_id
          from public.system_alert_rules r
          left join public.system_health_metrics m
            on m.organization_id = r.organization_id and m.metric_name = r.metric_name
           and m.recorded_at > now() - make_interval(secs => r.window_seconds)
         where r.is_enabled and r.scope = 'organization'
        union all
        select r.id, null, m.metric_value, m.recorded_at, m.id
          from public.system_alert_rules r
          left join public.system_health_metrics m
            on m.organization_id is null and m.metric_name = r.metric_name
           and m.recorded_at > now() - make_interval(secs => r.window_seconds)
         where r.is_enabled and r.scope = 'system'
        union all
        select r.id, m.organization_id, m.metric_value, m.recorded_at, m.id
          from public.system_alert_rules r
          join public.system_health_metrics m
            on m.organization_id is not null and m.metric_name = r.metric_name
           and m.recorded_at > now() - make_interval(secs => r.window_seconds)
         where r.is_enabled and r.scope = 'every_organization'
    ), measured as (
        select s.rule_id, s.organization_id, count(s.metric_value)::double precision as "count",
               avg(s.metric_value) as "avg", min(s.metric_value) as "min", max(s.metric_value) as "max",
               sum(s.metric_value) as "sum",
               (array_agg(s.metric_value order by s.recorded_at desc, s.sample_id))[1] as "last"
          from samples s
         group by s.rule_id, s.organization_id
    ), judged as (
        select r.*, m.organization_id as target_id, observed.value,
               case r.comparison
                   when '>' then observed.value > r.threshold
                   when '>=' then observed.value >= r.threshold
                   when '<' then observed.value < r.threshold
                   when '<=' then observed.value <= r.threshold
                   else observed.value = r.threshold
               end as is_breached
          from measured m
          join public.system_alert_rules r on r.id = m.rule_id
         cross join lateral (
               select case r.aggregate
                   when 'avg' then m."avg" when 'min' then m."min" when 'max' then m."max"
                   when 'sum' then m."sum" when 'count' then m."count" else m."last"
               end as value
         ) as observed
    ), raised as (
        insert into public.system_alert_history as h
               (rule_id, organization_id, rule_name, description, metric_name, severity, observed_value, threshold)
        select j.id, j.target_id, j.name, j.description, j.metric_name, j.severity, j.value, j.threshold
          from judged j
         where j.is_breached
         order by j.id, j.target_id -- two evaluations at once lock in the same order
            on conflict (rule_id, organization_id) where status <> 'resolved' and rule_id is not null
            do update set observed_value = excluded.observed_value, last_seen_at = excluded.last_seen_at
        returning h.rule_id, h.organization_id, h.xmax = 0 as is_new, h.observed_value -- an updated row has xmax set
    ), recovered as (
        -- Without any value in its window a rule knows nothing: its alert stays as it is.
        update public.system_alert_history h
           set status = 'resolved', resolved_at = now(), observed_value = j.value,
               note = coalesce(h.note, 'The value came back by itself.')
          from judged j
         where h.rule_id = j.id
           and h.organization_id is not distinct from j.target_id
           and h.status <> 'resolved'
           and not j.is_breached
        returning h.rule_id, h.organization_id, h.observed_value
    )
    select r.rule_id, r.organization_id, case when r.is_new then 'raised' else 'continues' end, r.observed_value from raised r
    union all
    select r.rule_id, r.organization_id, 'resolved', r.observed_value from recovered r;
end
$function$;
comment on function public.evaluate_alert_rules() is
    'Compares every enabled rule with the values in its window; raises, continues or resolves alerts and returns what it did. May run at any time, also twice at once. For the service.';
revoke all on function public.evaluate_alert_rules() from public, anon, authenticated, service_role;
grant execute on function public.evaluate_alert_rules() to service_role;

-- Dealing with alerts -------------------------------------------------------------------------------

create or replace function private.caller_may_handle_alert(organization_id uuid)
returns boolean
language sql
stable
set search_path = pg_catalog, pg_temp
as $function$
    select private.caller_is_service()
        or private.caller_is_super_admin()
        or coalesce(organization_id = any (private.organizations_of_caller('admin')), false)
$function$;
comment on function private.caller_may_handle_alert(uuid) is
    'Whether the caller is an admin or owner of the organization, a super administrator or the service; the system''s alerts (null) are for the latter two. For definer functions.';
revoke all on function private.caller_may_handle_alert(uuid) from public, anon, authenticated, service_role;

create or replace function public.acknowledge_alert(p_alert_id uuid, p_note text default null)
returns public.system_alert_history
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
    changed public.system_alert_history;
begin
    update public.system_alert_history h
       set status = 'acknowledged', acknowledged_at = now(), note = coalesce(p_note, h.note),
           acknowledged_by = (select u.id from auth.users u where u.id = auth.uid())
     where h.id = p_alert_id
       and h.status = 'open'
       and private.caller_may_handle_alert(h.organization_id)
    returning h.* into changed;
    if changed.id is null then
        -- The same words for an alert that is not there and one that is not the caller's.
        raise exception 'there is no open alert % for you to acknowledge', p_alert_id using errcode = 'PT404';
    end if;
    return changed;
end
$function$;
comment on function public.acknowledge_alert(uuid, text) is
    'Marks an open alert as taken on by the caller: an admin or owner of its organization, a super administrator or the service.';
revoke all on function public.acknowledge_alert(uuid, text) from public, anon, authenticated, service_role;
grant execute on function public.acknowledge_alert(uuid, text) to authenticated, service_role;

create or replace function public.resolve_alert(p_alert_id uuid, p_note text default null)
returns public.system_alert_history
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
    changed public.system_alert_history;
begin
    update public.system_alert_history h
       set status = 'resolved', resolved_at = now(), note = coalesce(p_note, h.note),
           resolved_by = (select u.id from auth.users u where u.id = auth.uid())
     where h.id = p_alert_id
       and h.status <> 'resolved'
       and private.caller_may_handle_alert(h.organization_id)
    returning h.* into changed;
    if changed.id is null then
        raise exception 'there is no unresolved alert % for you to resolve', p_alert_id using errcode = 'PT404';
    end if;
    return changed;
end
$function$;
comment on function public.resolve_alert(uuid, text) is
    'Ends an alert in the name of the caller: an admin or owner of its organization, a super administrator or the service.';
revoke all on function public.resolve_alert(uuid, text) from public, anon, authenticated, service_role;
grant execute on function public.resolve_alert(uuid, text) to authenticated, service_role;

-- Retention -----------------------------------------------------------------------------------------

create or replace function public.purge_health_history(p_keep interval default '90 days')
returns table (relation text, removed bigint)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
    alerts bigint;
begin
    if p_keep is null or p_keep < interval '1 day' then
        raise exception 'at least one day of history is kept' using errcode = 'invalid_parameter_value';
    end if;
    delete from public.system_alert_history h where h.status = 'resolved' and h.resolved_at < now() - p_keep;
    get diagnostics alerts = row_count;
    return query values
        ('system_health_metrics', private.keep_by_month('public.system_health_metrics', p_keep)),
        ('system_health_checks', private.keep_by_month('public.system_health_checks', p_keep)),
        ('system_alert_history', alerts);
end
$function$;
comment on function public.purge_health_history(interval) is
    'Removes measurements and check results by whole months, and resolved alerts, older than the given time (at least one day), makes the next months'' partitions, and returns how many rows went. For the service.';
revoke all on function public.purge_health_history(interval) from public, anon, authenticated, service_role;
grant execute on function public.purge_health_history(interval) to service_role;

-- Views ---------------------------------------------------------------------------------------------

do $block$ begin
    if not private.view_can_be_replaced('public.system_health_overview', array[
        'organization_id uuid', 'component text', 'status text', 'latency_ms double precision',
        'details jsonb', 'checked_at timestamp with time zone', 'age interval']) then
        drop view public.system_health_overview;
    end if;
end $block$;
create or replace view public.system_health_overview with (security_invoker = true) as
select distinct on (c.organization_id, c.component)
       c.organization_id, c.component, c.status, c.latency_ms, c.details, c.checked_at,
       now() - c.checked_at as age
  from public.system_health_checks c
 order by c.organization_id, c.component, c.checked_at desc;
comment on view public.system_health_overview is 'The latest check of each component, as far as the caller may see.';
comment on column public.system_health_overview.organization_id is 'The organization whose component it is; null for a component of the system.';
comment on column public.system_health_overview.component is 'What was checked.';
comment on column public.system_health_overview.status is 'How it was.';
comment on column public.system_health_overview.latency_ms is 'How long it took to answer, in milliseconds.';
comment on column public.system_health_overview.details is 'What else the check saw.';
comment on column public.system_health_overview.checked_at is 'When it was checked.';
comment on column public.system_health_overview.age is 'How long ago that was; an old result says nothing about now.';

do $block$ begin
    if not private.view_can_be_replaced('public.system_metrics_overview', array[
        'organization_id uuid', 'metric_name text', 'unit text', 'samples bigint', 'minimum double precision',
        'average double precision', 'percentile_95 double precision', 'maximum double precision',
        'last_value double precision', 'last_recorded_at timestamp with time zone']) then
        drop view public.system_metrics_overview;
    end if;
end $block$;
create or replace view public.system_metrics_overview with (security_invoker = true) as
select m.organization_id, m.metric_name, m.unit,
       count(*) as samples,
       min(m.metric_value) as minimum,
       avg(m.metric_value) as average,
       percentile_cont(0.95) within group (order by m.metric_value) as percentile_95,
       max(m.metric_value) as maximum,
       (array_agg(m.metric_value order by m.recorded_at desc, m.id))[1] as last_value,
       max(m.recorded_at) as last_recorded_at
  from public.system_health_metrics m
 where m.recorded_at > now() - interval '24 hours'
 group by m.organization_id, m.metric_name, m.unit;
comment on view public.system_metrics_overview is 'Each metric over the last 24 hours, as far as the caller may see.';
comment on column public.system_metrics_overview.organization_id is 'The organization it is about; null for the system.';
comment on column public.system_metrics_overview.metric_name is 'What was measured.';
comment on column public.system_metrics_overview.unit is 'Unit of the values.';
comment on column public.system_metrics_overview.samples is 'How many measurements.';
comment on column public.system_metrics_overview.minimum is 'Smallest value.';
comment on column public.system_metrics_overview.average is 'Mean value.';
comment on column public.system_metrics_overview.percentile_95 is 'The value that 95 % of the measurements do not exceed, interpolated.';
comment on column public.system_metrics_overview.maximum is 'Largest value.';
comment on column public.system_metrics_overview.last_value is 'Latest value.';
comment on column public.system_metrics_overview.last_recorded_at is 'When the latest was measured.';

do $block$ begin
    if not private.view_can_be_replaced('public.system_alerts_overview', array[
        'id uuid', 'organization_id uuid', 'rule_name text', 'description text', 'metric_name text', 'severity text',
        'status text', 'observed_value double precision', 'threshold double precision',
        'fired_at timestamp with time zone', 'last_seen_at timestamp with time zone', 'open_for interval',
        'acknowledged_by uuid', 'note text']) then
        drop view public.system_alerts_overview;
    end if;
end $block$;
create or replace view public.system_alerts_overview with (security_invoker = true) as
select h.id, h.organization_id, h.rule_name, h.description, h.metric_name, h.severity, h.status,
       h.observed_value, h.threshold, h.fired_at, h.last_seen_at, now() - h.fired_at as open_for,
       h.acknowledged_by, h.note
  from public.system_alert_history h
 where h.status <> 'resolved';
comment on view public.system_alerts_overview is 'Alerts that nobody has resolved yet, as far as the caller may see.';
comment on column public.system_alerts_overview.id is 'Identifier of the alert, for acknowledge_alert and resolve_alert.';
comment on column public.system_alerts_overview.organization_id is 'The organization it is about; null for the system.';
comment on column public.system_alerts_overview.rule_name is 'Name of the rule.';
comment on column public.system_alerts_overview.description is 'What it means and what to do.';
comment on column public.system_alerts_overview.metric_name is 'The metric it was raised for.';
comment on column public.system_alerts_overview.severity is 'How urgent it is.';
comment on column public.system_alerts_overview.status is 'open or acknowledged.';
comment on column public.system_alerts_overview.observed_value is 'The value last seen.';
comment on column public.system_alerts_overview.threshold is 'The value it was compared with.';
comment on column public.system_alerts_overview.fired_at is 'When it was raised.';
comment on column public.system_alerts_overview.last_seen_at is 'When its reason was last seen.';
comment on column public.system_alerts_overview.open_for is 'How long ago it was raised.';
comment on column public.system_alerts_overview.acknowledged_by is 'Who took it on.';
comment on column public.system_alerts_overview.note is 'What was found or done.';

revoke all on table public.system_health_overview, public.system_metrics_overview, public.system_alerts_overview
    from public, anon, authenticated, service_role;
grant select on table public.system_health_overview, public.system_metrics_overview, public.system_alerts_overview
    to authenticated, service_role;

do $block$ begin
    perform private.require_valid_indexes(array[
        'public.idx_system_health_metrics_series', 'public.idx_system_health_metrics_recorded',
        'public.idx_system_health_checks_component', 'public.idx_system_health_checks_checked',
        'public.idx_system_alert_history_unresolved', 'public.idx_system_alert_history_organization',
        'public.idx_system_alert_history_rule', 'public.idx_system_alert_history_acknowledged_by',
        'public.idx_system_alert_history_resolved_by']);
    perform private.require_single_function(array[
        'public.record_health_metric', 'public.record_health_check', 'public.evaluate_alert_rules',
        'public.acknowledge_alert', 'public.resolve_alert', 'public.purge_health_history',
        'private.caller_is_service', 'private.caller_may_handle_alert', 'private.view_can_be_replaced',
        'private.require_single_function', 'private.require_valid_indexes', 'private.require_partitioned',
        'private.keep_by_month']);
end $block$;
