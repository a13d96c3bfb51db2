-- One line for the owner of each schema, and one for each right on it that the owner gave.
select format('%s: owned by %s', nspname, nspowner::regrole)
from pg_namespace where nspname !~ '^(pg_|information_schema)' or nspname = 'pgbouncer'
union all
select format('%s: %s to %s%s', nspname, lower(privilege_type), grantee::regrole,
    case when is_grantable then ' with grant option' end)
from pg_namespace, aclexplode(nspacl)
where (nspname !~ '^(pg_|information_schema)') and grantee not in (0, nspowner)
