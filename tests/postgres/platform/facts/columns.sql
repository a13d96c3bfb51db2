-- One line for each column of the platform's tables, in no order.
select format('%s.%s.%s %s%s%s', nspname, relname, attname, format_type(atttypid, atttypmod),
    case when attnotnull then ' not null' end, case when attgenerated = 's' then ' generated' end)
from pg_attribute
join pg_class on pg_class.oid = attrelid
join pg_namespace on pg_namespace.oid = relnamespace
where nspname in ('auth', 'realtime', 'storage', 'supabase_functions', 'vault') and relkind in ('r', 'p', 'v')
    and not relispartition and attnum > 0 and not attisdropped
