-- Fifteen indexes, each for one query that the application asks often. The query stands in the index's
-- comment and, with its role and its limit, in seatrial.toml; an index without such a query is not shipped.
--
--   * Plain CREATE INDEX IF NOT EXISTS, so that the file also runs from an editor or the Supabase CLI.
--     That blocks writes to the table while it builds: on large tables build them CONCURRENTLY first
--     (Seatrial's plan does); this file then finds them, and its last block refuses an invalid one, with
--     which IF NOT EXISTS would be content.
--   * A table that is not there is skipped with a notice.
--   * No predicate reads the clock (PostgreSQL refuses what is not immutable), and none asks a NOT NULL
--     column for NULL.

do $block$
begin
    if to_regclass('public.contacts') is null then
        raise notice 'table contacts is not there: its indexes are skipped';
        return;
    end if;
    create index if not exists idx_contacts_name on public.contacts (organization_id, full_name) include (id);
    comment on index public.idx_contacts_name is
        'Serves contacts_by_name: an organization''s contacts in the order of their names, from the index alone, as a member.';
    create index if not exists idx_contacts_last_contact on public.contacts (organization_id, last_contact_at nulls first);
    comment on index public.idx_contacts_last_contact is
        'Serves contacts_to_follow_up: an organization''s contacts, those first who were not contacted for longest, as a member.';
    -- The organization is a lexeme of its own in the document, so that one index scan finds the words
    -- within the organization instead of the words in every organization.
    create index if not exists idx_contacts_search on public.contacts using gin ((
        array_to_tsvector(array[organization_id::text])
        || to_tsvector('simple'::regconfig, full_name || ' ' || coalesce(company, '') || ' ' || coalesce(email, '') || ' ' || coalesce(notes, ''))
    ));
    comment on index public.idx_contacts_search is
        'Serves contacts_full_text: public.search_contacts(…), which checks the caller; under row-level security itself the index could not be used, for @@ is not leakproof.';

    create or replace function public.search_contacts(organization uuid, query text, max_rows integer default 50)
    returns table (id uuid, full_name text, company text, email text, phone text, last_contact_at timestamptz, rank real)
    language plpgsql
    stable
    security definer
    set search_path = pg_catalog, pg_temp
    as $function$
    declare
        words tsquery := websearch_to_tsquery('simple'::regconfig, query);
    begin
        -- The same answer for an organization of others and for one that does not exist.
        if organization = any (private.organizations_of_caller('viewer')) is not true then
            raise exception 'not an active member of this organization' using errcode = 'insufficient_privilege';
        end if;
        return query
            select found.id, found.full_name, found.company, found.email, found.phone, found.last_contact_at,
                   ts_rank(to_tsvector('simple'::regconfig, found.full_name || ' ' || coalesce(found.company, '') || ' ' || coalesce(found.email, '') || ' ' || coalesce(found.notes, '')), words) as rank
              from (
                   -- Ranking reads every match again: a word that is everywhere must not make it slow.
                   select c.*
                     from public.contacts c
                    where array_to_tsvector(array[c.organization_id::text])
                          || to_tsvector('simple'::regconfig, c.full_name || ' ' || coalesce(c.company, '') || ' ' || coalesce(c.email, '') || ' ' || coalesce(c.notes, ''))
                          @@ (quote_literal(organization)::tsquery && words)
                      and c.organization_id = organization
                      and numnode(words) > 0
                    limit 500
                   ) as found
             order by 7 desc, 2, 1
             limit least(greatest(coalesce(max_rows, 50), 0), 200);
    end
    $function$;
    comment on function public.search_contacts(uuid, text, integer) is
        'Contacts of an organization that match a web-style query, best first (of more than 500 matches, any 500 are ranked), at most 200; refuses (42501) who is not an active member of it.';
    revoke all on function public.search_contacts(uuid, text, integer) from public, anon, authenticated, service_role;
    grant execute on function public.search_contacts(uuid, text, integer) to authenticated;
end
$block$;

do $block$
begin
    if to_regclass('public.workflow_definitions') is null then
        raise notice 'table workflow_definitions is not there: its indexes are skipped';
        return;
    end if;
    create index if not exists idx_workflow_definitions_activity on public.workflow_definitions
        (organization_id, is_active, last_run_at desc nulls last);
    comment on index public.idx_workflow_definitions_activity is
        'Serves workflows_by_activity: an organization''s active (or inactive) workflows, last run first, as a member.';
    create index if not exists idx_workflow_definitions_due on public.workflow_definitions (next_run_at) where is_active;
    comment on index public.idx_workflow_definitions_due is
        'Serves active_workflows_due: active workflows whose time has come, of all organizations, as the service (the scheduler).';
end
$block$;

do $block$
begin
    if to_regclass('public.workflow_execution_logs') is null then
        raise notice 'table workflow_execution_logs is not there: its indexes are skipped';
        return;
    end if;
    create index if not exists idx_workflow_execution_logs_time on public.workflow_execution_logs (organization_id, started_at desc);
    comment on index public.idx_workflow_execution_logs_time is
        'Serves workflow_runs_by_time: an organization''s workflow runs, newest first, as a member.';
    create index if not exists idx_workflow_execution_logs_failed on public.workflow_execution_logs (organization_id, started_at desc)
        where status = 'failed';
    comment on index public.idx_workflow_execution_logs_failed is
        'Serves failed_workflow_runs: an organization''s failed workflow runs, newest first, as a member.';
end
$block$;

do $block$
begin
    if to_regclass('public.automation_requests') is null then
        raise notice 'table automation_requests is not there: its index is skipped';
        return;
    end if;
    create index if not exists idx_automation_requests_pending on public.automation_requests (run_after) where status = 'pending';
    comment on index public.idx_automation_requests_pending is
        'Serves pending_automation_requests: requests that a worker may take now, of all organizations, as the service.';
end
$block$;

do $block$
begin
    if to_regclass('public.integrations') is null then
        raise notice 'table integrations is not there: its index is skipped';
        return;
    end if;
    create index if not exists idx_active_integrations on public.integrations (organization_id, integration_type) where is_active;
    comment on index public.idx_active_integrations is
        'Serves active_integrations: an organization''s active integrations in the order of their types, as a member.';
end
$block$;

do $block$
begin
    if to_regclass('public.api_rate_limits') is null then
        raise notice 'table api_rate_limits is not there: its indexes are skipped';
        return;
    end if;
    create index if not exists idx_api_rate_limits_window on public.api_rate_limits (organization_id, endpoint, window_start)
        include (request_count);
    comment on index public.idx_api_rate_limits_window is
        'Serves rate_limit_check: requests of an organization to an endpoint since a time, from the index alone, as the service.';
    create index if not exists idx_api_rate_limits_cleanup on public.api_rate_limits (window_start);
    comment on index public.idx_api_rate_limits_cleanup is
        'Serves rate_limit_cleanup: deletion of windows that are over, as the service.';
end
$block$;

do $block$
begin
    if to_regclass('public.crm_events') is null then
        raise notice 'table crm_events is not there: its index is skipped';
        return;
    end if;
    create index if not exists idx_crm_events_date on public.crm_events (organization_id, occurred_at desc);
    comment on index public.idx_crm_events_date is
        'Serves events_by_date: an organization''s events between two times, newest first, as a member.';
end
$block$;

do $block$
begin
    if to_regclass('public.agent_executions') is null then
        raise notice 'table agent_executions is not there: its index is skipped';
        return;
    end if;
    create index if not exists idx_agent_executions_status on public.agent_executions (organization_id, status, started_at desc);
    comment on index public.idx_agent_executions_status is
        'Serves agent_runs_by_status: an organization''s agent runs in one state, newest first, as a member.';
end
$block$;

do $block$
begin
    if to_regclass('public.notifications') is null then
        raise notice 'table notifications is not there: its index is skipped';
        return;
    end if;
    create index if not exists idx_notifications_pending on public.notifications (scheduled_at) where status = 'pending';
    comment on index public.idx_notifications_pending is
        'Serves pending_notifications: notifications to be sent now, of all organizations, as the service (the dispatcher).';
end
$block$;

do $block$
begin
    if to_regclass('public.opportunities') is null then
        raise notice 'table opportunities is not there: its index is skipped';
        return;
    end if;
    create index if not exists idx_opportunities_open on public.opportunities (organization_id, stage, value desc)
        where closed_at is null;
    comment on index public.idx_opportunities_open is
        'Serves open_opportunities: an organization''s open opportunities of a stage, highest value first, as a member.';
end
$block$;

-- Left behind by an interrupted CREATE INDEX CONCURRENTLY: maintained on every write, used by no query.
do $block$
declare
    broken text;
begin
    select string_agg(i.indexrelid::regclass::text, ', ' order by i.indexrelid::regclass::text)
      into broken
      from pg_catalog.pg_index i
      join pg_catalog.pg_class c on c.oid = i.indrelid
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public'
       and not (i.indisvalid and i.indisready);
    if broken is not null then
        raise exception 'invalid index: %', broken
            using errcode = 'object_not_in_prerequisite_state',
                  hint = 'Drop it (DROP INDEX CONCURRENTLY) and run the migration again.';
    end if;
end
$block$;
