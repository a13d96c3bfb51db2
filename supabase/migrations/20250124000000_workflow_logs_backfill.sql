-- Step 2 of 3: gives the runs from before the column their organization.
--
-- One idempotent statement, and nothing else in this file, so that the only locks it takes are those on
-- the rows it fills. A runner that knows the directive below repeats it over ranges of 5,000 keys with a
-- commit after each. Whatever sends a file as one transaction (the SQL editor, the Supabase CLI) fills
-- all rows at once: batches inside one transaction would gain nothing, so none are pretended here.
-- With more rows than one transaction should hold there, run this beforehand until it says UPDATE 0:
--   update public.workflow_execution_logs set organization_id = null
--    where id in (select id from public.workflow_execution_logs where organization_id is null limit 5000);
-- (the trigger fill_organization does the filling); this file then finds nothing left to do.

-- seatrial: batch key=id size=5000
update public.workflow_execution_logs as log
   set organization_id = workflow.organization_id
  from public.workflow_definitions as workflow
 where workflow.id = log.workflow_id
   and log.organization_id is null;
