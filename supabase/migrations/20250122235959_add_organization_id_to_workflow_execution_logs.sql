-- workflow_execution_logs gets an organization of its own.
--
-- Step 1 of 3: the column (nullable and without default, so nothing is rewritten), a trigger that fills
-- it, and constraints that are NOT VALID, so nothing is scanned. Existing rows are filled by
-- …_workflow_logs_backfill and the constraints proved by …_workflow_logs_validate, in files of their own:
-- in one transaction the locks taken here would be held until the last row is filled.

do $block$ begin
    perform private.require_columns('public.workflow_execution_logs', array['id uuid not null', 'workflow_id uuid not null']);
end $block$;

alter table public.workflow_execution_logs add column if not exists organization_id uuid;
comment on column public.workflow_execution_logs.organization_id is
    'The organization of the workflow that ran; filled by trigger, so that policies and indexes need not look at the workflow.';

create or replace function private.fill_workflow_log_organization()
returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    select w.organization_id
      into new.organization_id
      from public.workflow_definitions w
     where w.id = new.workflow_id;
    return new;
end
$function$;
comment on function private.fill_workflow_log_organization() is
    'Trigger: gives a run without organization that of its workflow, with the caller''s own rights.';
revoke all on function private.fill_workflow_log_organization() from public, anon, authenticated, service_role;

-- Also on update: a run that started before this migration and ends after it must not break on the
-- NOT NULL below, which NOT VALID still enforces for every changed row.
create or replace trigger fill_organization before insert or update on public.workflow_execution_logs
    for each row when (new.organization_id is null)
    execute function private.fill_workflow_log_organization();
comment on trigger fill_organization on public.workflow_execution_logs is
    'Writers need not know the column; a wrong organization is refused by the foreign key.';

do $block$
begin
    if not exists (
        select from pg_catalog.pg_constraint
         where conrelid = 'public.workflow_execution_logs'::regclass
           and conname = 'workflow_execution_logs_workflow_of_organization_fkey'
    ) then
        alter table public.workflow_execution_logs
            add constraint workflow_execution_logs_workflow_of_organization_fkey
            foreign key (organization_id, workflow_id)
            references public.workflow_definitions (organization_id, id) on delete cascade
            not valid;
    end if;
    comment on constraint workflow_execution_logs_workflow_of_organization_fkey on public.workflow_execution_logs is
        'The run belongs to the organization of its workflow.';

    -- Proof for the later SET NOT NULL, which then needs no scan; gone once the column is NOT NULL.
    if not exists (
        select from pg_catalog.pg_attribute
         where attrelid = 'public.workflow_execution_logs'::regclass
           and attname = 'organization_id' and attnotnull
    ) and not exists (
        select from pg_catalog.pg_constraint
         where conrelid = 'public.workflow_execution_logs'::regclass
           and conname = 'workflow_execution_logs_organization_id_present'
    ) then
        alter table public.workflow_execution_logs
            add constraint workflow_execution_logs_organization_id_present
            check (organization_id is not null) not valid;
        comment on constraint workflow_execution_logs_organization_id_present on public.workflow_execution_logs is
            'Every row has an organization; becomes NOT NULL when the backfill is validated.';
    end if;
end
$block$;
