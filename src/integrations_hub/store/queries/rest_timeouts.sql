-- How long a statement of each role of the API may take, as the role has it set; PostgREST too takes it over.
select member.rolname::text as role, pg_catalog.split_part(setting.text, '=', 2) as timeout
  from pg_catalog.pg_db_role_setting as kept
  join pg_catalog.pg_roles as member on member.oid = kept.setrole
  cross join lateral unnest(kept.setconfig) as setting (text)
 where member.rolname = any($1::text[])
   and kept.setdatabase in (0, (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database()))
   and setting.text like 'statement\_timeout=%'
 order by kept.setdatabase
