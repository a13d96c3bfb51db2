-- One line for each role that gets every right on new objects of a kind, and which of them it may pass on.
with given as (
    select defaclrole, nspname, defaclobjtype, grantee,
        array_agg(privilege_type order by privilege_type) as rights, bool_and(is_grantable) as grantable
    from pg_default_acl
    join pg_namespace on pg_namespace.oid = defaclnamespace, aclexplode(defaclacl)
    group by defaclrole, nspname, defaclobjtype, grantee
)
select format('%s in %s: %s to %s%s%s', defaclrole::regrole, nspname,
    case defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' else defaclobjtype::text end,
    grantee::regrole,
    case when grantable then ' with grant option' end,
    case when rights <> (
        select array_agg(privilege_type order by privilege_type)
        from aclexplode(acldefault(translate(defaclobjtype::text, 'S', 's')::"char", defaclrole)) where grantee = defaclrole
    ) then ' only ' || array_to_string(rights, ' ') end)
from given
