-- One line for each setting of a role, for all databases.
select format('%s: %s', setrole::regrole, setting)
from pg_db_role_setting, unnest(setconfig) as setting
where setdatabase = 0
