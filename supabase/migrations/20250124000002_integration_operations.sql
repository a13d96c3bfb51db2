-- Operating the integrations: how they are used, how they are, cleaning up what nobody uses, and a weekly
-- look at the indexes.
--
-- Inventory: tables integration_usage_events, integration_usage_statistics, index_health_reports,
-- private.archived_integrations, the partition private.integration_usage_events_default; views integration_dashboard, index_health_overview; functions
-- record_integration_usage, integration_health, record_integration_health, cleanup_inactive_integrations,
-- restore_archived_integration, record_index_health, purge_usage_history, private.count_integration_usage;
-- 3 policies, 3 indexes, 1 trigger, 5 alert rules; jobs phase3-integration-health,
-- phase3-integration-cleanup, phase3-history-retention, phase3-index-health.

-- Usage ---------------------------------------------------------------------------------------------

create table if not exists public.integration_usage_events (
    id              uuid             not null default gen_random_uuid(),
    organization_id uuid             not null,
    integration_id  uuid             not null,
    event_type      text             not null,
    is_success      boolean          not null,
    duration_ms     double precision,
    error_code      text,
    occurred_at     timestamptz      not null default now(),
    constraint integration_usage_events_pkey primary key (id, occurred_at),
    constraint integration_usage_events_integration_of_organization_fkey foreign key (organization_id, integration_id)
        references public.integrations (organization_id, id) on delete cascade,
    constraint integration_usage_events_event_type_check check (event_type ~ '^[a-z][a-z0-9_.]{0,99}$'),
    constraint integration_usage_events_duration_ms_check check (duration_ms >= 0 and duration_ms < 'infinity'),
    constraint integration_usage_events_error_code_check check (error_code is null or (length(error_code) <= 200 and not is_success))
) partition by range (occurred_at);
do $block$ begin
    perform private.require_columns('public.integration_usage_events', array[
        'id uuid not null', 'organization_id uuid not null', 'integration_id uuid not null', 'event_type text not null',
        'is_success boolean not null', 'duration_ms double precision', 'error_code text',
        'occurred_at timestamp with time zone not null']);
    perform private.require_partitioned('public.integration_usage_events', 'occurred_at');
end $block$;
create table if not exists private.integration_usage_events_default partition of public.integration_usage_events default;
comment on table private.integration_usage_events_default is 'Rows of integration_usage_events for whose month there is no partition.';
alter table private.integration_usage_events_default enable row level security;
revoke all on table private.integration_usage_events_default from public, anon, authenticated, service_role;
comment on table public.integration_usage_events is 'Every use of an integration, by month, for as long as purge_usage_history keeps them; the service adds rows and nobody changes them.';
comment on column public.integration_usage_events.id is 'Identifier of the use; the service adds each once, which no key can say across months.';
comment on column public.integration_usage_events.organization_id is 'The organization it belongs to.';
comment on column public.integration_usage_events.integration_id is 'The integration that was used, of the same organization.';
comment on column public.integration_usage_events.event_type is 'What it was used for, such as message.sent.';
comment on column public.integration_usage_events.is_success is 'Whether it worked.';
comment on column public.integration_usage_events.duration_ms is 'How long it took, in milliseconds; null when that was not measured.';
comment on column public.integration_usage_events.error_code is 'Why it did not work, as the outside service names it; null after a success.';
comment on column public.integration_usage_events.occurred_at is 'When it was used.';
comment on constraint integration_usage_events_integration_of_organization_fkey on public.integration_usage_events is 'The integration belongs to the same organization; its uses go with it.';
comment on constraint integration_usage_events_event_type_check on public.integration_usage_events is 'Small letters, digits, dots and underscores, beginning with a letter.';
comment on constraint integration_usage_events_duration_ms_check on public.integration_usage_events is 'A duration is finite and not negative.';
comment on constraint integration_usage_events_error_code_check on public.integration_usage_events is 'Only a failure has an error code, of at most 200 characters.';

create index if not exists idx_integration_usage_events_integration on public.integration_usage_events (organization_id, integration_id, occurred_at desc);
comment on index public.idx_integration_usage_events_integration is 'Serves: latest uses of an integration (integration_dashboard); deletion of an integration.';
create index if not exists idx_integration_usage_events_occurred on public.integration_usage_events (occurred_at);
comment on index public.idx_integration_usage_events_occurred is 'Serves: removal of old uses.';

create table if not exists public.integration_usage_statistics (
    organization_id   uuid             not null,
    integration_id    uuid             not null,
    usage_date        date             not null,
    calls             bigint           not null,
    failures          bigint           not null,
    timed_calls       bigint           not null,
    total_duration_ms double precision not null,
    max_duration_ms   double precision,
    last_used_at      timestamptz      not null,
    last_failed_at    timestamptz,
    constraint integration_usage_statistics_pkey primary key (organization_id, integration_id, usage_date),
    constraint integration_usage_statistics_integration_of_organization_fkey foreign key (organization_id, integration_id)
        references public.integrations (organization_id, id) on delete cascade,
    constraint integration_usage_statistics_calls_check check (calls > 0 and failures between 0 and calls and timed_calls between 0 and calls)
);
do $block$ begin
    perform private.require_columns('public.integration_usage_statistics', array[
        'organization_id uuid not null', 'integration_id uuid not null', 'usage_date date not null',
        'calls bigint not null', 'failures bigint not null', 'timed_calls bigint not null',
        'total_duration_ms double precision not null', 'max_duration_ms double precision',
        'last_used_at timestamp with time zone not null', 'last_failed_at timestamp with time zone']);
end $block$;
comment on table public.integration_usage_statistics is 'Uses of each integration by day; written by the trigger on integration_usage_events only, and kept when the events are gone.';
comment on column public.integration_usage_statistics.organization_id is 'The organization it belongs to.';
comment on column public.integration_usage_statistics.integration_id is 'The integration, of the same organization.';
comment on column public.integration_usage_statistics.usage_date is 'The day, in UTC.';
comment on column public.integration_usage_statistics.calls is 'How often it was used.';
comment on column public.integration_usage_statistics.failures is 'How often it did not work.';
comment on column public.integration_usage_statistics.timed_calls is 'How many uses were measured; total_duration_ms divided by this is the mean.';
comment on column public.integration_usage_statistics.total_duration_ms is 'Sum of the measured durations, in milliseconds.';
comment on column public.integration_usage_statistics.max_duration_ms is 'Longest measured duration, in milliseconds; null when none was.';
comment on column public.integration_usage_statistics.last_used_at is 'Last use on that day.';
comment on column public.integration_usage_statistics.last_failed_at is 'Last failure on that day; null when there was none.';
comment on constraint integration_usage_statistics_integration_of_organization_fkey on public.integration_usage_statistics is 'The integration belongs to the same organization; its statistics go with it.';
comment on constraint integration_usage_statistics_calls_check on public.integration_usage_statistics is 'A day without uses has no row, and no part exceeds the whole.';

create or replace function private.count_integration_usage()
returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
begin
    insert into public.integration_usage_statistics as s
           (organization_id, integration_id, usage_date, calls, failures, timed_calls,
            total_duration_ms, max_duration_ms, last_used_at, last_failed_at)
    select a.organization_id, a.integration_id, (a.occurred_at at time zone 'UTC')::date,
           count(*), count(*) filter (where not a.is_success), count(a.duration_ms),
           coalesce(sum(a.duration_ms), 0), max(a.duration_ms),
           max(a.occurred_at), max(a.occurred_at) filter (where not a.is_success)
      from added a
     group by 1, 2, 3
     order by 1, 2, 3 -- two writers lock the same days in the same order
        on conflict (organization_id, integration_id, usage_date) do update
       set calls = s.calls + excluded.calls,
           failures = s.failures + excluded.failures,
           timed_calls = s.timed_calls + excluded.timed_calls,
           total_duration_ms = s.total_duration_ms + excluded.total_duration_ms,
           max_duration_ms = greatest(s.max_duration_ms, excluded.max_duration_ms),
           last_used_at = greatest(s.last_used_at, excluded.last_used_at),
           last_failed_at = greatest(s.last_failed_at, excluded.last_failed_at);
    return null;
end
$function$;
comment on function private.count_integration_usage() is
    'Trigger: adds the inserted uses to the statistics of their day, once per statement however many there are.';
revoke all on function private.count_integration_usage() from public, anon, authenticated, service_role;

create or replace trigger count_integration_usage after insert on public.integration_usage_events
    referencing new table as added
    for each statement execute function private.count_integration_usage();
comment on trigger count_integration_usage on public.integration_usage_events is 'Keeps integration_usage_statistics.';

create or replace function public.record_integration_usage(
    p_integration_id uuid,
    p_event_type text,
    p_is_success boolean default true,
    p_duration_ms double precision default null,
    p_error_code text default null
)
returns uuid
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
declare
    recorded uuid;
begin
    insert into public.integration_usage_events (organization_id, integration_id, event_type, is_success, duration_ms, error_code)
    select i.organization_id, i.id, p_event_type, p_is_success, p_duration_ms, p_error_code
      from public.integrations i
     where i.id = p_integration_id
    returning id into recorded;
    if recorded is null then
        raise exception 'there is no integration %', p_integration_id using errcode = 'PT404';
    end if;
    return recorded;
end
$function$;
comment on function public.record_integration_usage(uuid, text, boolean, double precision, text) is
    'Adds one use of an integration and returns its id. For the service.';
revoke all on function public.record_integration_usage(uuid, text, boolean, double precision, text) from public, anon, authenticated, service_role;
grant execute on function public.record_integration_usage(uuid, text, boolean, double precision, text) to service_role;

-- Archive -------------------------------------------------------------------------------------------

create table if not exists private.archived_integrations (
    organization_id uuid        not null,
    integration_id  uuid        not null,
    integration     jsonb       not null,
    statistics      jsonb       not null default '[]',
    archived_at     timestamptz not null default now(),
    constraint archived_integrations_pkey primary key (organization_id, integration_id),
    constraint archived_integrations_organization_id_fkey foreign key (organization_id)
        references public.organizations (id) on delete cascade
);
do $block$ begin
    perform private.require_columns('private.archived_integrations', array[
        'organization_id uuid not null', 'integration_id uuid not null', 'integration jsonb not null',
        'statistics jsonb not null', 'archived_at timestamp with time zone not null']);
end $block$;
comment on table private.archived_integrations is 'Integrations that the clean-up removed, whole but for their credentials, until restore_archived_integration brings them back or their organization goes.';
comment on column private.archived_integrations.organization_id is 'The organization it belongs to.';
comment on column private.archived_integrations.integration_id is 'What its identifier was, and will be again.';
comment on column private.archived_integrations.integration is 'The row of integrations.';
comment on column private.archived_integrations.statistics is 'Its rows of integration_usage_statistics.';
comment on column private.archived_integrations.archived_at is 'When it was removed.';
comment on constraint archived_integrations_organization_id_fkey on private.archived_integrations is 'The archive of an organization goes with it.';

-- Index health --------------------------------------------------------------------------------------

create table if not exists public.index_health_reports (
    id          uuid        not null default gen_random_uuid(),
    checked_at  timestamptz not null default now(),
    schema_name text        not null,
    table_name  text        not null,
    index_name  text        not null,
    verdict     text        not null,
    covered_by  text,
    scans       bigint      not null,
    size_bytes  bigint      not null,
    constraint index_health_reports_pkey primary key (id),
    constraint index_health_reports_checked_at_index_key unique (checked_at, schema_name, index_name),
    constraint index_health_reports_verdict_check check (verdict in ('healthy', 'invalid', 'duplicate', 'unused'))
);
do $block$ begin
    perform private.require_columns('public.index_health_reports', array[
        'id uuid not null', 'checked_at timestamp with time zone not null', 'schema_name text not null',
        'table_name text not null', 'index_name text not null', 'verdict text not null', 'covered_by text',
        'scans bigint not null', 'size_bytes bigint not null']);
end $block$;
comment on table public.index_health_reports is 'One row per index and weekly check of the schemas public and private; written by record_index_health only.';
comment on column public.index_health_reports.id is 'Identifier of the row.';
comment on column public.index_health_reports.checked_at is 'When it was checked; the same for every index of one check.';
comment on column public.index_health_reports.schema_name is 'Schema of the index.';
comment on column public.index_health_reports.table_name is 'The table it is on.';
comment on column public.index_health_reports.index_name is 'The index.';
comment on column public.index_health_reports.verdict is 'invalid: its build failed and it must be built again; duplicate: another one does its work; unused: not scanned in this check nor in one at least six days before; healthy otherwise.';
comment on column public.index_health_reports.covered_by is 'The index that does the work of a duplicate.';
comment on column public.index_health_reports.scans is 'Scans since the server''s statistics were last reset.';
comment on column public.index_health_reports.size_bytes is 'Size on disk, in bytes.';
comment on constraint index_health_reports_checked_at_index_key on public.index_health_reports is 'An index is in a check once; also the index for the latest check and for removing old ones.';
comment on constraint index_health_reports_verdict_check on public.index_health_reports is 'The four verdicts.';

create index if not exists idx_index_health_reports_index on public.index_health_reports (schema_name, index_name, checked_at desc);
comment on index public.idx_index_health_reports_index is 'Serves: what an index was before (record_index_health).';

-- Rights --------------------------------------------------------------------------------------------

revoke all on table public.integration_usage_events, public.integration_usage_statistics,
    public.index_health_reports, private.archived_integrations
    from public, anon, authenticated, service_role;
grant select on table public.integration_usage_events, public.integration_usage_statistics, public.index_health_reports to authenticated;
grant select, insert on table public.integration_usage_events to service_role;
grant select on table public.integration_usage_statistics, public.index_health_reports, private.archived_integrations to service_role;

alter table public.integration_usage_events enable row level security;
alter table public.integration_usage_statistics enable row level security;
alter table public.index_health_reports enable row level security;
-- No policy on purpose: whoever is subject to row security sees nothing here, even if granted by mistake.
alter table private.archived_integrations enable row level security;

drop policy if exists integration_usage_events_select on public.integration_usage_events;
create policy integration_usage_events_select on public.integration_usage_events for select to authenticated
    using (organization_id = any ((select private.organizations_open_to_caller('viewer'))::uuid[]));
comment on policy integration_usage_events_select on public.integration_usage_events is 'Every active member reads how the organization''s integrations were used; super administrators read all.';

drop policy if exists integration_usage_statistics_select on public.integration_usage_statistics;
create policy integration_usage_statistics_select on public.integration_usage_statistics for select to authenticated
    using (organization_id = any ((select private.organizations_open_to_caller('viewer'))::uuid[]));
comment on policy integration_usage_statistics_select on public.integration_usage_statistics is 'Every active member reads the organization''s statistics; super administrators read all.';

drop policy if exists index_health_reports_select on public.index_health_reports;
create policy index_health_reports_select on public.index_health_reports for select to authenticated
    using ((select private.caller_is_super_admin()));
comment on policy index_health_reports_select on public.index_health_reports is 'Super administrators read how the indexes are.';

-- Classes of the new tables ---------------------------------------------------------------------------

insert into public.data_classifications (schema_name, table_name, column_name, class, on_erasure, reason) values
    ('public', 'integration_usage_events', '*', 'confidential', 'keep', 'How the organization uses its integrations; names no person.'),
    ('public', 'integration_usage_statistics', '*', 'confidential', 'keep', 'How the organization uses its integrations; names no person.'),
    ('private', 'archived_integrations', '*', 'confidential', 'keep', 'Which services the organization used, and how.'),
    ('public', 'index_health_reports', '*', 'internal', 'keep', 'About indexes, not about persons.')
on conflict (schema_name, table_name, column_name) do nothing;

-- Dashboard and health ------------------------------------------------------------------------------

do $block$ begin
    if not private.view_can_be_replaced('public.integration_dashboard', array[
        'organization_id uuid', 'integration_id uuid', 'integration_type text', 'label text', 'is_active boolean',
        'status text', 'health text', 'reasons text[]', 'last_sync_at timestamp with time zone', 'last_error text',
        'calls_24_hours bigint', 'failures_24_hours bigint', 'failure_ratio_24_hours double precision',
        'calls_30_days numeric', 'failures_30_days numeric', 'average_duration_ms_30_days double precision',
        'last_used_at timestamp with time zone']) then
        drop view public.integration_dashboard;
    end if;
end $block$;
create or replace view public.integration_dashboard with (security_invoker = true) as
select i.organization_id,
       i.id as integration_id,
       i.integration_type,
       t.label,
       i.is_active,
       i.status,
       case
           when not i.is_active then 'inactive'
           when i.status = 'error' or (day.calls >= 10 and day.failures * 2 >= day.calls) then 'unhealthy'
           when i.last_sync_at is null and day.calls = 0 then 'unknown'
           when cardinality(found.reasons) > 0 then 'degraded'
           else 'healthy'
       end as health,
       found.reasons,
       i.last_sync_at,
       i.last_error,
       day.calls as calls_24_hours,
       day.failures as failures_24_hours,
       day.failures::double precision / nullif(day.calls, 0) as failure_ratio_24_hours,
       coalesce(month.calls, 0) as calls_30_days,
       coalesce(month.failures, 0) as failures_30_days,
       month.average_duration_ms as average_duration_ms_30_days,
       month.last_used_at
  from public.integrations i
  join public.integration_types t on t.integration_type = i.integration_type
 cross join lateral (
       select count(*) as calls, count(*) filter (where not e.is_success) as failures
         from public.integration_usage_events e
        where e.organization_id = i.organization_id and e.integration_id = i.id
          and e.occurred_at > now() - interval '24 hours'
 ) as day
 cross join lateral (
       select sum(s.calls) as calls, sum(s.failures) as failures,
              sum(s.total_duration_ms) / nullif(sum(s.timed_calls), 0)::double precision as average_duration_ms,
              max(s.last_used_at) as last_used_at
         from public.integration_usage_statistics s
        where s.organization_id = i.organization_id and s.integration_id = i.id
          and s.usage_date > (now() at time zone 'UTC')::date - 30
 ) as month
 cross join lateral (
       select array_remove(array[
              case when i.is_active and i.status = 'error' then 'in_error' end,
              case when i.is_active and i.status = 'rate_limited' then 'rate_limited' end,
              case when i.is_active and day.calls >= 10 and day.failures * 10 >= day.calls then 'calls_fail' end,
              case when i.is_active and i.last_sync_at is null then 'never_synchronised' end,
              case when i.is_active and i.last_sync_at < now() - interval '24 hours' then 'not_synchronised_for_a_day' end
       ], null) as reasons
 ) as found;
comment on view public.integration_dashboard is 'Every integration with its health and its use, as far as the caller may see; filter by organization_id.';
comment on column public.integration_dashboard.organization_id is 'The organization it belongs to.';
comment on column public.integration_dashboard.integration_id is 'The integration.';
comment on column public.integration_dashboard.integration_type is 'Which service it connects to.';
comment on column public.integration_dashboard.label is 'Name of that service, to show.';
comment on column public.integration_dashboard.is_active is 'Whether the organization wants it to be used.';
comment on column public.integration_dashboard.status is 'How the service last saw it.';
comment on column public.integration_dashboard.health is 'inactive; unhealthy: in error, or half of at least 10 calls in 24 hours failed; unknown: never synchronised nor called; degraded: there are reasons; healthy.';
comment on column public.integration_dashboard.reasons is 'in_error, rate_limited, calls_fail (a tenth of at least 10 calls), never_synchronised, not_synchronised_for_a_day.';
comment on column public.integration_dashboard.last_sync_at is 'When it last exchanged data.';
comment on column public.integration_dashboard.last_error is 'What went wrong last.';
comment on column public.integration_dashboard.calls_24_hours is 'Uses in the last 24 hours.';
comment on column public.integration_dashboard.failures_24_hours is 'Failures in the last 24 hours.';
comment on column public.integration_dashboard.failure_ratio_24_hours is 'Failures by uses, 0 to 1; null without uses.';
comment on column public.integration_dashboard.calls_30_days is 'Uses today and on the 29 days before, in UTC.';
comment on column public.integration_dashboard.failures_30_days is 'Failures on those days.';
comment on column public.integration_dashboard.average_duration_ms_30_days is 'Mean duration of the measured uses on those days, in milliseconds; null without any.';
comment on column public.integration_dashboard.last_used_at is 'Last use on those days.';

create or replace function public.integration_health(p_organization_id uuid)
returns table (
    integration_id uuid, integration_type text, health text, reasons text[],
    failure_ratio_24_hours double precision, last_sync_at timestamptz, last_error text
)
language sql
stable
set search_path = pg_catalog, pg_temp
as $function$
    select d.integration_id, d.integration_type, d.health, d.reasons, d.failure_ratio_24_hours, d.last_sync_at, d.last_error
      from public.integration_dashboard d
     where d.organization_id = p_organization_id
     order by d.integration_type
$function$;
comment on function public.integration_health(uuid) is
    'How each integration of an organization is, with reasons, as integration_dashboard judges; with the rights of the caller, so that it is empty for strangers.';
revoke all on function public.integration_health(uuid) from public, anon, authenticated, service_role;
grant execute on function public.integration_health(uuid) to authenticated, service_role;

create or replace function public.record_integration_health()
returns table (checks bigint, metrics bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    return query
    with state as (
        select d.organization_id, d.integration_type, d.health, d.reasons, d.calls_24_hours, d.failures_24_hours
          from public.integration_dashboard d
         where d.is_active
    ), recorded_checks as (
        -- What has not changed is noted once an hour only: thousands of integrations are checked often.
        insert into public.system_health_checks (organization_id, component, status, details)
        select s.organization_id, 'integration.' || s.integration_type, s.health, jsonb_build_object('reasons', s.reasons)
          from state s
         where not exists (
               select from (
                    select c.status, c.checked_at
                      from public.system_health_checks c
                     where c.organization_id = s.organization_id and c.component = 'integration.' || s.integration_type
                     order by c.checked_at desc
                     limit 1
               ) as latest
                where latest.status = s.health and latest.checked_at > now() - interval '1 hour')
        returning 1
    ), measured as (
        select s.organization_id, m.metric_name, m.metric_value
          from (
               select g.organization_id,
                      (count(*) filter (where g.health = 'unhealthy'))::double precision as in_error,
                      coalesce(sum(g.failures_24_hours)::double precision / nullif(sum(g.calls_24_hours), 0)::double precision, 0) as failure_ratio
                 from state g
                group by g.organization_id
          ) as s
         cross join lateral (values
               ('integrations.in_error', s.in_error),
               ('integrations.failure_ratio', s.failure_ratio)
         ) as m (metric_name, metric_value)
        union all
        -- The last integration of an organization may be gone or switched off while its metric is not back at 0.
        select o.id, n.metric_name, 0
          from public.organizations o
         cross join (values ('integrations.in_error'), ('integrations.failure_ratio')) as n (metric_name)
         where not exists (select from state s where s.organization_id = o.id)
    ), recorded_metrics as (
        -- Zero after zero is not written: most organizations have no trouble most of the time.
        insert into public.system_health_metrics (organization_id, metric_name, metric_value)
        select m.organization_id, m.metric_name, m.metric_value
          from measured m
         where m.metric_value <> 0
            or coalesce((select p.metric_value
                           from public.system_health_metrics p
                          where p.organization_id = m.organization_id and p.metric_name = m.metric_name
                          order by p.recorded_at desc
                          limit 1), 0) <> 0
        returning 1
    ), recorded_totals as (
        insert into public.system_health_metrics (metric_name, metric_value)
        select t.metric_name, t.metric_value
          from (select count(*)::double precision as active,
                       (count(*) filter (where health = 'unhealthy'))::double precision as in_error
                  from state) as s
         cross join lateral (values
               ('integrations.active', s.active),
               ('integrations.in_error', s.in_error),
               ('integrations.error_share', coalesce(s.in_error / nullif(s.active, 0), 0))
         ) as t (metric_name, metric_value)
        returning 1
    )
    select (select count(*) from recorded_checks),
           (select count(*) from recorded_metrics) + (select count(*) from recorded_totals);
end
$function$;
comment on function public.record_integration_health() is
    'Records the health of every active integration as checks, and per organization and in total as metrics for the alert rules; returns how many rows it added. For the service.';
revoke all on function public.record_integration_health() from public, anon, authenticated, service_role;
grant execute on function public.record_integration_health() to service_role;

-- The service's rules about integrations and indexes; an existing rule of the same name stays as it is.
insert into public.system_alert_rules (scope, name, description, metric_name, aggregate, comparison, threshold, window_seconds, severity) values
    ('every_organization', 'Integrations in error',
     'At least one integration of the organization does not work; see integration_dashboard for the reasons.',
     'integrations.in_error', 'last', '>', 0, 3600, 'warning'),
    ('every_organization', 'Integration calls fail',
     'A fifth of the calls of the last 24 hours failed; see error_code in integration_usage_events.',
     'integrations.failure_ratio', 'last', '>=', 0.2, 3600, 'warning'),
    ('system', 'Many integrations in error',
     'A tenth of all active integrations do not work: rather an outside service or ours than a customer''s setting.',
     'integrations.error_share', 'last', '>=', 0.1, 3600, 'critical'),
    ('system', 'Integration health is not recorded',
     'record_integration_health has not run for an hour; see the scheduled jobs.',
     'integrations.active', 'count', '<', 1, 3600, 'critical'),
    ('system', 'Invalid indexes',
     'An index is left from a failed build: it costs writes and serves no read; see index_health_overview.',
     'indexes.invalid', 'last', '>', 0, 691200, 'warning')
on conflict (organization_id, name) do nothing;

-- Clean-up ------------------------------------------------------------------------------------------

create or replace function public.cleanup_inactive_integrations(
    p_unused_for interval default '90 days',
    p_remove_after interval default '180 days',
    p_is_rehearsal boolean default false
)
returns table (organization_id uuid, integration_id uuid, integration_type text, outcome text)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
#variable_conflict use_column
declare
    notice constant interval := '7 days';
begin
    if p_unused_for is null or p_unused_for < notice or p_remove_after is null or p_remove_after < interval '30 days' then
        raise exception 'an integration is switched off after at least 7 and removed after at least 30 days'
            using errcode = 'invalid_parameter_value';
    end if;
    -- Of two runs the later one has to see what the earlier one announced.
    perform pg_advisory_xact_lock(hashtextextended('public.cleanup_inactive_integrations', 0));
    return query
    with idle as (
        select i.id, i.organization_id, i.integration_type, i.is_active, asked.wait, seen.last_at
          from public.integrations i
         cross join lateral (
               select case when i.is_active then p_unused_for else p_remove_after end as wait
         ) as asked
         cross join lateral (
               select max(s.last_used_at) as last_at
                 from public.integration_usage_statistics s
                where s.organization_id = i.organization_id and s.integration_id = i.id
         ) as used
         cross join lateral (
               -- A use, or a decision of somebody. What the service itself notes, its checks above all, is neither; of
               -- an integration that is older than the log it is all there is.
               select case when used.last_at >= now() - (asked.wait - notice) then used.last_at
                      else greatest(used.last_at, coalesce(
                          (select max(a.created_at)
                             from public.audit_logs a
                            where a.organization_id = i.organization_id and a.entity_id = i.id
                              and a.action in ('integration.created', 'integration.updated')),
                          greatest(i.updated_at, i.last_sync_at))) end as last_at
         ) as seen
         where seen.last_at < now() - (asked.wait - notice)
         order by i.id
           for update of i skip locked
    ), candidates as (
        select c.*, now() + notice as due_at,
               case when told.told_at is null then 'announced' when c.is_active then 'switched_off' else 'archived' end as outcome
          from idle c
         cross join lateral (
               select max(a.created_at) as told_at
                 from public.audit_logs a
                where a.organization_id = c.organization_id and a.entity_id = c.id
                  and a.action = 'integration.cleanup_announced' and a.created_at > c.last_at
         ) as told
         where told.told_at is null or (told.told_at <= now() - notice and c.last_at < now() - c.wait)
    ), announced as (
        insert into public.audit_logs (organization_id, action, entity_type, entity_id, details)
        select c.organization_id, 'integration.cleanup_announced', 'integration', c.id,
               jsonb_build_object('integration_type', c.integration_type, 'due_at', c.due_at,
                                  'what', case when c.is_active then 'switched_off' else 'archived' end)
          from candidates c
         where c.outcome = 'announced' and not p_is_rehearsal
    ), told as (
        insert into public.notifications (organization_id, user_id, channel, title, body)
        select c.organization_id, m.user_id, 'in_app',
               format(case when c.is_active then '%s will be switched off on %s' else '%s will be removed on %s' end,
                      t.label, to_char(c.due_at at time zone 'UTC', 'YYYY-MM-DD')),
               format(case when c.is_active
                      then 'Nobody has used it or changed its settings since %s. Its settings and credentials stay. '
                           'To keep it on, use it before then: a test message is enough.'
                      else 'It has been off since %s. Its settings and statistics go into an archive, from which we can '
                           'bring them back; its credentials are deleted. To keep it, switch it on before then.' end,
                      to_char(c.last_at at time zone 'UTC', 'YYYY-MM-DD'))
          from candidates c
          join public.integration_types t on t.integration_type = c.integration_type
          join public.organization_members m
            on m.organization_id = c.organization_id and m.status = 'active' and m.role in ('admin', 'owner')
         where c.outcome = 'announced' and not p_is_rehearsal
    ), switched_off as (
        update public.integrations i
           set is_active = false, status = 'inactive'
          from candidates c
         where i.id = c.id and c.outcome = 'switched_off' and not p_is_rehearsal
    ), archived as (
        insert into private.archived_integrations (organization_id, integration_id, integration, statistics)
        select i.organization_id, i.id, to_jsonb(i),
               (select coalesce(jsonb_agg(to_jsonb(s) order by s.usage_date), '[]')
                  from public.integration_usage_statistics s
                 where s.organization_id = i.organization_id and s.integration_id = i.id)
          from candidates c
          join public.integrations i on i.id = c.id
         where c.outcome = 'archived' and not p_is_rehearsal
            on conflict (organization_id, integration_id) do update
           set integration = excluded.integration, statistics = excluded.statistics, archived_at = excluded.archived_at
    ), removed as (
        delete from public.integrations i
         using candidates c
         where i.id = c.id and c.outcome = 'archived' and not p_is_rehearsal
    )
    select c.organization_id, c.id, c.integration_type, c.outcome
      from candidates c
     order by c.organization_id, c.integration_type;
end
$function$;
comment on function public.cleanup_inactive_integrations(interval, interval, boolean) is
    'Switches off integrations that were neither used nor configured for the first interval, archives those that have been off for the second and deletes their credentials; both only after it told the organization''s admins and owners at least 7 days before, and nothing happened since. Returns which, with announced, switched_off or archived. A rehearsal only returns them. For the service.';
revoke all on function public.cleanup_inactive_integrations(interval, interval, boolean) from public, anon, authenticated, service_role;
grant execute on function public.cleanup_inactive_integrations(interval, interval, boolean) to service_role;

create or replace function public.restore_archived_integration(p_integration_id uuid)
returns public.integrations
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
    archive private.archived_integrations;
    restored public.integrations;
begin
    delete from private.archived_integrations a where a.integration_id = p_integration_id returning a.* into archive;
    if archive.integration_id is null then
        raise exception 'there is no archived integration %', p_integration_id using errcode = 'PT404';
    end if;
    -- The time of change is now: the clean-up would take it away again otherwise.
    insert into public.integrations
    select r.*
      from jsonb_populate_record(
               null::public.integrations,
               archive.integration || jsonb_build_object('is_active', false, 'status', 'inactive', 'updated_at', now())) as r
    returning * into restored;
    insert into public.integration_usage_statistics
    select s.* from jsonb_populate_recordset(null::public.integration_usage_statistics, archive.statistics) as s;
    return restored;
end
$function$;
comment on function public.restore_archived_integration(uuid) is
    'Brings an archived integration back, switched off and without credentials, with its statistics; fails (23505) when the organization has a new one of that type. For the service.';
revoke all on function public.restore_archived_integration(uuid) from public, anon, authenticated, service_role;
grant execute on function public.restore_archived_integration(uuid) to service_role;

create or replace function public.purge_usage_history(p_keep interval default '90 days')
returns table (relation text, removed bigint)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
    reports bigint;
    limits bigint;
begin
    if p_keep is null or p_keep < interval '1 day' then
        raise exception 'at least one day of history is kept' using errcode = 'invalid_parameter_value';
    end if;
    delete from public.index_health_reports r where r.checked_at < now() - p_keep;
    get diagnostics reports = row_count;
    delete from public.api_rate_limits l where l.window_start < now() - interval '2 days';
    get diagnostics limits = row_count;
    return query values
        ('integration_usage_events', private.keep_by_month('public.integration_usage_events', p_keep)),
        ('index_health_reports', reports),
        ('api_rate_limits', limits);
end
$function$;
comment on function public.purge_usage_history(interval) is
    'Removes uses of integrations by whole months, and index reports, older than the given time (at least one day), and counts of requests older than two days; makes the next months'' partitions; daily statistics stay. For the service.';
revoke all on function public.purge_usage_history(interval) from public, anon, authenticated, service_role;
grant execute on function public.purge_usage_history(interval) to service_role;

-- Index health --------------------------------------------------------------------------------------

create or replace function public.record_index_health()
returns table (verdict text, indexes bigint)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
#variable_conflict use_column
begin
    return query
    with existing as (
        select n.nspname::text as schema_name, t.relname::text as table_name, c.relname::text as index_name,
               i.*, pg_catalog.pg_get_expr(i.indexprs, i.indrelid) as expressions,
               pg_catalog.pg_get_expr(i.indpred, i.indrelid) as predicate, c.relam,
               coalesce(pg_catalog.pg_stat_get_numscans(i.indexrelid), 0) as scans,
               pg_catalog.pg_relation_size(i.indexrelid) as size_bytes,
               exists (select from pg_catalog.pg_constraint k where k.conindid = i.indexrelid) as has_constraint
          from pg_catalog.pg_index i
          join pg_catalog.pg_class c on c.oid = i.indexrelid
          join pg_catalog.pg_class t on t.oid = i.indrelid
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         where n.nspname in ('public', 'private') and c.relkind = 'i'
    ), judged as (
        select e.schema_name, e.table_name, e.index_name, e.scans, e.size_bytes, other.index_name as covered_by,
               case
                   when not (e.indisvalid and e.indisready) then 'invalid'
                   when other.index_name is not null then 'duplicate'
                   when e.scans = 0 and not e.indisunique and not e.has_constraint and before.was_unused then 'unused'
                   else 'healthy'
               end as verdict
          from existing e
          left join lateral (
               select o.index_name
                 from existing o
                where o.indrelid = e.indrelid and o.indexrelid <> e.indexrelid and o.relam = e.relam
                  and o.indisvalid and o.indisready
                  and o.indkey = e.indkey and o.indclass = e.indclass
                  and o.indcollation = e.indcollation and o.indoption = e.indoption
                  and o.expressions is not distinct from e.expressions
                  and o.predicate is not distinct from e.predicate
                  -- Of two that are the same, the one that enforces something stays, and else the older one.
                  and (e.indisunique, e.has_constraint, -e.indexrelid::bigint) < (o.indisunique, o.has_constraint, -o.indexrelid::bigint)
                order by o.indexrelid
                limit 1
          ) as other on true
         cross join lateral (
               select coalesce(bool_and(latest.scans = 0), false) as was_unused
                 from (
                    select r.scans
                      from public.index_health_reports r
                     where r.schema_name = e.schema_name and r.index_name = e.index_name
                       and r.checked_at <= now() - interval '6 days'
                     order by r.checked_at desc
                     limit 1
                 ) as latest
          ) as before
    ), recorded as (
        insert into public.index_health_reports (schema_name, table_name, index_name, verdict, covered_by, scans, size_bytes)
        select j.schema_name, j.table_name, j.index_name, j.verdict, j.covered_by, j.scans, j.size_bytes
          from judged j
            on conflict (checked_at, schema_name, index_name) do nothing
    ), counted as (
        select k.verdict, (select count(*) from judged j where j.verdict = k.verdict) as indexes
          from unnest(array['healthy', 'invalid', 'duplicate', 'unused']) as k (verdict)
    ), measured as (
        insert into public.system_health_metrics (metric_name, metric_value)
        select 'indexes.' || c.verdict, c.indexes from counted c where c.verdict <> 'healthy'
    )
    select c.verdict, c.indexes from counted c;
end
$function$;
comment on function public.record_index_health() is
    'Judges every index of the schemas public and private, writes index_health_reports and the metrics indexes.invalid, .duplicate and .unused, and returns how many have which verdict. For the service.';
revoke all on function public.record_index_health() from public, anon, authenticated, service_role;
grant execute on function public.record_index_health() to service_role;

do $block$ begin
    if not private.view_can_be_replaced('public.index_health_overview', array[
        'schema_name text', 'table_name text', 'index_name text', 'verdict text', 'covered_by text',
        'scans bigint', 'size_bytes bigint', 'checked_at timestamp with time zone']) then
        drop view public.index_health_overview;
    end if;
end $block$;
create or replace view public.index_health_overview with (security_invoker = true) as
select r.schema_name, r.table_name, r.index_name, r.verdict, r.covered_by, r.scans, r.size_bytes, r.checked_at
  from public.index_health_reports r
 where r.checked_at = (select max(l.checked_at) from public.index_health_reports l);
comment on view public.index_health_overview is 'The latest weekly check of the indexes, for super administrators and the service.';
comment on column public.index_health_overview.schema_name is 'Schema of the index.';
comment on column public.index_health_overview.table_name is 'The table it is on.';
comment on column public.index_health_overview.index_name is 'The index.';
comment on column public.index_health_overview.verdict is 'How it is.';
comment on column public.index_health_overview.covered_by is 'The index that does the work of a duplicate.';
comment on column public.index_health_overview.scans is 'Scans since the server''s statistics were last reset.';
comment on column public.index_health_overview.size_bytes is 'Size on disk, in bytes.';
comment on column public.index_health_overview.checked_at is 'When it was checked.';

revoke all on table public.integration_dashboard, public.index_health_overview from public, anon, authenticated, service_role;
grant select on table public.integration_dashboard, public.index_health_overview to authenticated, service_role;

-- Jobs ----------------------------------------------------------------------------------------------

do $block$
declare
    job record;
begin
    if to_regprocedure('cron.schedule(text, text, text)') is null then
        if not exists (select from pg_catalog.pg_available_extensions where name = 'pg_cron') then
            raise notice 'pg_cron is not available: schedule the phase3 jobs elsewhere, their functions are there';
            return;
        end if;
        begin
            create extension if not exists pg_cron with schema pg_catalog;
        exception when others then
            -- A server may have its files and still refuse it: not preloaded, another database, no right to.
            raise notice 'pg_cron cannot be used here (%): schedule the phase3 jobs elsewhere, their functions are there', sqlerrm;
            return;
        end;
    end if;
    for job in
        select *
          from (values
               ('phase3-integration-health', '*/15 * * * *',
                'select public.record_integration_health(); select public.evaluate_alert_rules();'),
               ('phase3-integration-cleanup', '17 3 * * *', 'select public.cleanup_inactive_integrations();'),
               ('phase3-history-retention', '47 3 * * *', 'select public.purge_usage_history(); select public.purge_health_history();'),
               ('phase3-index-health', '23 4 * * 0', 'select public.record_index_health();')
          ) as wanted (name, schedule, command)
    loop
        if (select count(*) = 1 and bool_and(j.schedule = job.schedule and j.command = job.command and j.active
                                             and j.database = pg_catalog.current_database())
              from cron.job j where j.jobname = job.name) then
            continue;
        end if;
        perform cron.unschedule(j.jobid) from cron.job j where j.jobname = job.name;
        perform cron.schedule(job.name, job.schedule, job.command);
    end loop;
end
$block$;

do $block$ begin
    perform private.require_valid_indexes(array[
        'public.idx_integration_usage_events_integration', 'public.idx_integration_usage_events_occurred',
        'public.idx_index_health_reports_index']);
    perform private.require_single_function(array[
        'public.record_integration_usage', 'public.integration_health', 'public.record_integration_health',
        'public.cleanup_inactive_integrations', 'public.restore_archived_integration', 'public.purge_usage_history',
        'public.record_index_health', 'private.count_integration_usage']);
end $block$;
