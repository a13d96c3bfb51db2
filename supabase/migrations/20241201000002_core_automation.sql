-- Core schema, part 3 of 4: workflows, what they did, requests to the automation and its agents.
-- Executions and agent runs are written by the service only.

create table if not exists public.workflow_definitions (
    id              uuid        not null default gen_random_uuid(),
    organization_id uuid        not null,
    name            text        not null,
    definition      jsonb       not null default '{}',
    is_active       boolean     not null default false,
    next_run_at     timestamptz,
    last_run_at     timestamptz,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    constraint workflow_definitions_pkey primary key (id),
    constraint workflow_definitions_organization_id_id_key unique (organization_id, id),
    constraint workflow_definitions_organization_id_fkey foreign key (organization_id)
        references public.organizations (id) on delete cascade,
    constraint workflow_definitions_name_check check (length(btrim(name)) between 1 and 200)
);
do $block$ begin
    perform private.require_columns('public.workflow_definitions', array[
        'id uuid not null', 'organization_id uuid not null', 'name text not null', 'definition jsonb not null',
        'is_active boolean not null', 'next_run_at timestamp with time zone', 'last_run_at timestamp with time zone',
        'created_at timestamp with time zone not null', 'updated_at timestamp with time zone not null']);
end $block$;
comment on table public.workflow_definitions is 'What an organization lets the automation do, and when.';
comment on column public.workflow_definitions.id is 'Identifier of the workflow.';
comment on column public.workflow_definitions.organization_id is 'The organization it belongs to; never changes.';
comment on column public.workflow_definitions.name is 'Name shown to members.';
comment on column public.workflow_definitions.definition is 'Steps and conditions, as the workflow engine reads them.';
comment on column public.workflow_definitions.is_active is 'Whether the engine may run it.';
comment on column public.workflow_definitions.next_run_at is 'When the engine is to run it next; null for workflows that an event starts.';
comment on column public.workflow_definitions.last_run_at is 'When it last ran; null means never.';
comment on column public.workflow_definitions.created_at is 'When the workflow was created.';
comment on column public.workflow_definitions.updated_at is 'When the row last changed; set by trigger.';
comment on constraint workflow_definitions_organization_id_id_key on public.workflow_definitions is 'Target of children''s foreign keys, so that they stay within the organization; also the organization index.';
comment on constraint workflow_definitions_organization_id_fkey on public.workflow_definitions is 'Workflows go with their organization.';
comment on constraint workflow_definitions_name_check on public.workflow_definitions is 'A name is not blank and at most 200 characters long.';

create table if not exists public.workflow_execution_logs (
    id          uuid        not null default gen_random_uuid(),
    workflow_id uuid        not null,
    status      text        not null default 'running',
    error       text,
    details     jsonb       not null default '{}',
    started_at  timestamptz not null default now(),
    finished_at timestamptz,
    constraint workflow_execution_logs_pkey primary key (id),
    constraint workflow_execution_logs_workflow_id_fkey foreign key (workflow_id)
        references public.workflow_definitions (id) on delete cascade,
    constraint workflow_execution_logs_status_check check (status in ('running', 'completed', 'failed', 'cancelled'))
);
do $block$ begin
    perform private.require_columns('public.workflow_execution_logs', array[
        'id uuid not null', 'workflow_id uuid not null', 'status text not null', 'error text',
        'details jsonb not null', 'started_at timestamp with time zone not null',
        'finished_at timestamp with time zone']);
end $block$;
comment on table public.workflow_execution_logs is 'One row per run of a workflow.';
comment on column public.workflow_execution_logs.id is 'Identifier of the run.';
comment on column public.workflow_execution_logs.workflow_id is 'The workflow that ran.';
comment on column public.workflow_execution_logs.status is 'running until it ends as completed, failed or cancelled.';
comment on column public.workflow_execution_logs.error is 'Why it failed.';
comment on column public.workflow_execution_logs.details is 'What the engine noted about the run.';
comment on column public.workflow_execution_logs.started_at is 'When it started.';
comment on column public.workflow_execution_logs.finished_at is 'When it ended; null while it runs.';
comment on constraint workflow_execution_logs_workflow_id_fkey on public.workflow_execution_logs is 'Runs go with their workflow.';
comment on constraint workflow_execution_logs_status_check on public.workflow_execution_logs is 'The states of a run.';

create index if not exists idx_workflow_execution_logs_workflow on public.workflow_execution_logs (workflow_id);
comment on index public.idx_workflow_execution_logs_workflow is 'Serves: runs of a workflow; deletion of a workflow.';

create table if not exists public.automation_requests (
    id              uuid        not null default gen_random_uuid(),
    organization_id uuid        not null,
    requested_by    uuid,
    request_type    text        not null,
    payload         jsonb       not null default '{}',
    status          text        not null default 'pending',
    run_after       timestamptz not null default now(),
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    constraint automation_requests_pkey primary key (id),
    constraint automation_requests_organization_id_fkey foreign key (organization_id)
        references public.organizations (id) on delete cascade,
    constraint automation_requests_requested_by_fkey foreign key (requested_by)
        references auth.users (id) on delete set null,
    constraint automation_requests_request_type_check check (request_type ~ '^[a-z][a-z0-9_.]{0,99}$'),
    constraint automation_requests_status_check check (status in ('pending', 'processing', 'completed', 'failed'))
);
do $block$ begin
    perform private.require_columns('public.automation_requests', array[
        'id uuid not null', 'organization_id uuid not null', 'requested_by uuid', 'request_type text not null',
        'payload jsonb not null', 'status text not null', 'run_after timestamp with time zone not null',
        'created_at timestamp with time zone not null', 'updated_at timestamp with time zone not null']);
end $block$;
comment on table public.automation_requests is 'Jobs that members ask of the automation; workers take the pending ones.';
comment on column public.automation_requests.id is 'Identifier of the request.';
comment on column public.automation_requests.organization_id is 'The organization it belongs to.';
comment on column public.automation_requests.requested_by is 'Who asked; null when the user was deleted or the service asked.';
comment on column public.automation_requests.request_type is 'Kind of job, such as contacts.import.';
comment on column public.automation_requests.payload is 'What the job needs to know.';
comment on column public.automation_requests.status is 'pending until a worker takes it.';
comment on column public.automation_requests.run_after is 'Not to be started before.';
comment on column public.automation_requests.created_at is 'When it was asked for.';
comment on column public.automation_requests.updated_at is 'When the row last changed; set by trigger.';
comment on constraint automation_requests_organization_id_fkey on public.automation_requests is 'Requests go with their organization.';
comment on constraint automation_requests_requested_by_fkey on public.automation_requests is 'A request outlives the user who asked.';
comment on constraint automation_requests_request_type_check on public.automation_requests is 'Small letters, digits, dots and underscores, beginning with a letter.';
comment on constraint automation_requests_status_check on public.automation_requests is 'The states of a request.';

create index if not exists idx_automation_requests_organization on public.automation_requests (organization_id, created_at desc);
comment on index public.idx_automation_requests_organization is 'Serves: an organization''s requests, newest first; deletion of an organization.';
create index if not exists idx_automation_requests_requested_by on public.automation_requests (requested_by);
comment on index public.idx_automation_requests_requested_by is 'Serves: deletion of a user.';

create table if not exists public.agent_executions (
    id              uuid        not null default gen_random_uuid(),
    organization_id uuid        not null,
    agent           text        not null,
    status          text        not null default 'queued',
    error           text,
    tokens_used     bigint      not null default 0,
    started_at      timestamptz not null default now(),
    finished_at     timestamptz,
    constraint agent_executions_pkey primary key (id),
    constraint agent_executions_organization_id_fkey foreign key (organization_id)
        references public.organizations (id) on delete cascade,
    constraint agent_executions_status_check check (status in ('queued', 'running', 'completed', 'failed')),
    constraint agent_executions_tokens_used_check check (tokens_used >= 0)
);
do $block$ begin
    perform private.require_columns('public.agent_executions', array[
        'id uuid not null', 'organization_id uuid not null', 'agent text not null', 'status text not null',
        'error text', 'tokens_used bigint not null', 'started_at timestamp with time zone not null',
        'finished_at timestamp with time zone']);
end $block$;
comment on table public.agent_executions is 'One row per run of an AI agent.';
comment on column public.agent_executions.id is 'Identifier of the run.';
comment on column public.agent_executions.organization_id is 'The organization that it ran for.';
comment on column public.agent_executions.agent is 'Name of the agent.';
comment on column public.agent_executions.status is 'queued, running, and then completed or failed.';
comment on column public.agent_executions.error is 'Why it failed.';
comment on column public.agent_executions.tokens_used is 'Tokens that the language model counted.';
comment on column public.agent_executions.started_at is 'When it was queued or started.';
comment on column public.agent_executions.finished_at is 'When it ended; null while it runs.';
comment on constraint agent_executions_organization_id_fkey on public.agent_executions is 'Runs go with their organization.';
comment on constraint agent_executions_status_check on public.agent_executions is 'The states of a run.';
comment on constraint agent_executions_tokens_used_check on public.agent_executions is 'A count is not negative.';

create or replace trigger set_updated_at before update on public.workflow_definitions
    for each row execute function private.set_updated_at();
comment on trigger set_updated_at on public.workflow_definitions is 'Keeps updated_at true.';
create or replace trigger keep_organization before update of organization_id on public.workflow_definitions
    for each row when (old.organization_id is distinct from new.organization_id)
    execute function private.keep_organization();
comment on trigger keep_organization on public.workflow_definitions is 'A workflow stays with its organization.';
create or replace trigger set_updated_at before update on public.automation_requests
    for each row execute function private.set_updated_at();
comment on trigger set_updated_at on public.automation_requests is 'Keeps updated_at true.';

-- Rights --------------------------------------------------------------------------------------------

revoke all on table public.workflow_definitions, public.workflow_execution_logs, public.automation_requests, public.agent_executions
    from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.workflow_definitions to authenticated;
grant select on table public.workflow_execution_logs, public.agent_executions to authenticated;
grant select, insert on table public.automation_requests to authenticated;
grant select, insert, update, delete on table public.workflow_definitions, public.workflow_execution_logs, public.automation_requests, public.agent_executions
    to service_role;

alter table public.workflow_definitions enable row level security;
alter table public.workflow_execution_logs enable row level security;
alter table public.automation_requests enable row level security;
alter table public.agent_executions enable row level security;

drop policy if exists workflow_definitions_select on public.workflow_definitions;
create policy workflow_definitions_select on public.workflow_definitions for select to authenticated
    using (organization_id = any ((select private.organizations_of_caller('viewer'))::uuid[]));
comment on policy workflow_definitions_select on public.workflow_definitions is 'Every active member reads the organization''s workflows.';

drop policy if exists workflow_definitions_insert on public.workflow_definitions;
create policy workflow_definitions_insert on public.workflow_definitions for insert to authenticated
    with check (organization_id = any ((select private.organizations_of_caller('admin'))::uuid[]));
comment on policy workflow_definitions_insert on public.workflow_definitions is 'Admins and owners add workflows.';

drop policy if exists workflow_definitions_update on public.workflow_definitions;
create policy workflow_definitions_update on public.workflow_definitions for update to authenticated
    using (organization_id = any ((select private.organizations_of_caller('admin'))::uuid[]))
    with check (organization_id = any ((select private.organizations_of_caller('admin'))::uuid[]));
comment on policy workflow_definitions_update on public.workflow_definitions is 'Admins and owners change workflows.';

drop policy if exists workflow_definitions_delete on public.workflow_definitions;
create policy workflow_definitions_delete on public.workflow_definitions for delete to authenticated
    using (organization_id = any ((select private.organizations_of_caller('admin'))::uuid[]));
comment on policy workflow_definitions_delete on public.workflow_definitions is 'Admins and owners delete workflows.';

-- Runs have no organization of their own yet: they are visible through their workflow. A later
-- migration gives them the column and this policy a better expression, which must survive a second
-- run of this file.
do $block$
begin
    if not exists (
        select from pg_catalog.pg_attribute
         where attrelid = 'public.workflow_execution_logs'::regclass
           and attname = 'organization_id' and not attisdropped
    ) then
        drop policy if exists workflow_execution_logs_select on public.workflow_execution_logs;
        create policy workflow_execution_logs_select on public.workflow_execution_logs for select to authenticated
            using (workflow_id in (
                select w.id from public.workflow_definitions w
                 where w.organization_id = any ((select private.organizations_of_caller('viewer'))::uuid[])
            ));
        comment on policy workflow_execution_logs_select on public.workflow_execution_logs is
            'Every active member reads the runs of the organization''s workflows.';
    end if;
end
$block$;

drop policy if exists automation_requests_select on public.automation_requests;
create policy automation_requests_select on public.automation_requests for select to authenticated
    using (organization_id = any ((select private.organizations_of_caller('viewer'))::uuid[]));
comment on policy automation_requests_select on public.automation_requests is 'Every active member reads the organization''s requests.';

drop policy if exists automation_requests_insert on public.automation_requests;
create policy automation_requests_insert on public.automation_requests for insert to authenticated
    with check (
        organization_id = any ((select private.organizations_of_caller('member'))::uuid[])
        and requested_by = (select auth.uid())
        and status = 'pending'
    );
comment on policy automation_requests_insert on public.automation_requests is 'Members ask in their own name; what they ask starts as pending.';

drop policy if exists agent_executions_select on public.agent_executions;
create policy agent_executions_select on public.agent_executions for select to authenticated
    using (organization_id = any ((select private.organizations_of_caller('viewer'))::uuid[]));
comment on policy agent_executions_select on public.agent_executions is 'Every active member reads the organization''s agent runs.';
