-- Keys and indexes of the tables that are filled are put aside, as a load does that takes minutes and not hours, and
-- made again from their own definitions by restore.sql: what does not hold for the rows is refused there.
create table scale.deferred (position integer generated always as identity, statement text not null);

do $block$
declare
    one record;
    filled constant regclass[] := array[
        'public.organizations', 'public.organization_members', 'public.contacts', 'public.opportunities',
        'public.crm_events', 'public.workflow_definitions', 'public.workflow_execution_logs',
        'public.automation_requests', 'public.agent_executions', 'public.notifications', 'public.api_rate_limits',
        'public.integrations', 'public.audit_logs', 'public.security_events', 'public.system_alert_history'];
begin
    create temporary table aside on commit drop as
    select 1 as kind, c.conrelid::regclass as relation, c.conname as name,
           format('alter table %s add constraint %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) as made,
           format('alter table %s drop constraint %I', c.conrelid::regclass, c.conname) as dropped
      from pg_catalog.pg_constraint c
     where c.contype = 'f' and c.conparentid = 0 and (c.conrelid = any (filled) or c.confrelid = any (filled))
    union all
    select 2, c.conrelid::regclass, c.conname,
           format('alter table %s add constraint %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)),
           format('alter table %s drop constraint %I', c.conrelid::regclass, c.conname)
      from pg_catalog.pg_constraint c
     where c.contype in ('p', 'u') and c.conrelid = any (filled)
    union all
    select 3, i.indrelid::regclass, i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid), format('drop index %s', i.indexrelid::regclass)
      from pg_catalog.pg_index i
     where i.indrelid = any (filled)
       and not exists (select from pg_catalog.pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u'));

    for one in select dropped from aside order by kind loop
        execute one.dropped;
    end loop;
    -- A foreign key needs the key that it refers to, and is checked best when every index is there.
    insert into scale.deferred (statement)
    select made from aside order by array_position(array[2, 3, 1], kind), relation, name;
end
$block$;
