-- One line for each membership of a role that is not PostgreSQL's own.
select format('%s in %s%s', member.rolname, held.rolname, case when bool_or(admin_option) then ' with admin' end)
from pg_auth_members
join pg_roles as member on member.oid = member
join pg_roles as held on held.oid = roleid
where member.rolname not like 'pg\_%' and member.rolname <> 'supabase_admin'
group by member.rolname, held.rolname
