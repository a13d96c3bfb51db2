-- One line for each table of the platform that row-level security protects.
select format('%s.%s', nspname, relname)
from pg_class
join pg_namespace on pg_namespace.oid = relnamespace
where nspname in ('auth', 'realtime', 'storage') and relrowsecurity and not relispartition
