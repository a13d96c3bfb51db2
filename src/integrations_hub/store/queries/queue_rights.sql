-- Everything in the schema of the queue is the hub's role's and nobody else's, whatever is made there later included;
-- functions and types are everybody's by birth.
do $block$
declare
    type_name text;
begin
    for type_name in
        select t.oid::regtype::text
          from pg_catalog.pg_type t
          left join pg_catalog.pg_class c on c.oid = t.typrelid
         where t.typnamespace = 'procrastinate'::regnamespace
           and (t.typtype = 'e' or c.relkind = 'c')
    loop
        execute format('revoke all on type %s from public, anon, authenticated, service_role', type_name);
        execute format('grant usage on type %s to %s', type_name, {quoted});
    end loop;
end
$block$;
revoke all on schema procrastinate from public, anon, authenticated, service_role;
revoke all on all tables in schema procrastinate from public, anon, authenticated, service_role;
revoke all on all sequences in schema procrastinate from public, anon, authenticated, service_role;
revoke all on all functions in schema procrastinate from public, anon, authenticated, service_role;
revoke all on table procrastinate.hub_state from {role};
grant usage on schema procrastinate to {role};
grant select, insert, update, delete on table procrastinate.procrastinate_jobs, procrastinate.procrastinate_events,
    procrastinate.procrastinate_periodic_defers, procrastinate.procrastinate_workers to {role};
grant usage on all sequences in schema procrastinate to {role};
grant execute on all functions in schema procrastinate to {role};
alter default privileges in schema procrastinate revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema procrastinate revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema procrastinate revoke all on functions from anon, authenticated, service_role;
alter default privileges in schema procrastinate revoke all on types from anon, authenticated, service_role;
