-- One line for each function of the platform: signature, result, volatility, whose rights.
-- Functions of real extensions and of their stand-ins are left out; vault has no others.
select format('%s.%s(%s) returns %s %s%s', nspname, proname, pg_get_function_identity_arguments(pg_proc.oid),
    pg_get_function_result(pg_proc.oid),
    case provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end,
    case when prosecdef then ' definer' end)
from pg_proc
join pg_namespace on pg_namespace.oid = pronamespace
where nspname in ('auth', 'extensions', 'graphql_public', 'pgbouncer', 'realtime', 'storage', 'supabase_functions', 'vault')
    and (nspname = 'vault' or not exists (
        select from pg_depend where classid = 'pg_proc'::regclass and objid = pg_proc.oid and deptype = 'e'))
