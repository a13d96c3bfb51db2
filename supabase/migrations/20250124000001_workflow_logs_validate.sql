-- Step 3 of 3: proves what step 1 declared, and lets the policy use the column.
--
-- Weak locks first: VALIDATE scans while reads and writes go on (SHARE UPDATE EXCLUSIVE). The strong
-- ones come last and are short: SET NOT NULL finds the validated check and scans nothing.

do $block$
begin
    if exists (
        select from pg_catalog.pg_constraint
         where conrelid = 'public.workflow_execution_logs'::regclass
           and conname = 'workflow_execution_logs_organization_id_present'
    ) then
        alter table public.workflow_execution_logs validate constraint workflow_execution_logs_organization_id_present;
    end if;
end
$block$;

alter table public.workflow_execution_logs validate constraint workflow_execution_logs_workflow_of_organization_fkey;

alter table public.workflow_execution_logs alter column organization_id set not null;
alter table public.workflow_execution_logs drop constraint if exists workflow_execution_logs_organization_id_present;

drop policy if exists workflow_execution_logs_select on public.workflow_execution_logs;
create policy workflow_execution_logs_select on public.workflow_execution_logs for select to authenticated
    using (organization_id = any ((select private.organizations_of_caller('viewer'))::uuid[]));
comment on policy workflow_execution_logs_select on public.workflow_execution_logs is
    'Every active member reads the organization''s workflow runs.';
