-- One line for each role with its attributes, inherited rights included.
select format('%s: %s', rolname, concat_ws(' ',
    case when rolsuper then 'superuser' end, case when rolcanlogin then 'login' end,
    case when rolinherit then 'inherit' end, case when rolcreatedb then 'createdb' end,
    case when rolcreaterole then 'createrole' end, case when rolreplication then 'replication' end,
    case when rolbypassrls then 'bypassrls' end))
from pg_roles where rolname not like 'pg\_%'
