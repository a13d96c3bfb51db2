-- What of a table has to rest while its owner puts rows back, and how each comes to be again what it was:
-- the user triggers that are on, of its partitions too, and a row security that does not even spare the owner.
WITH here AS (
  SELECT r.rolsuper OR r.rolbypassrls AS sees_all FROM pg_catalog.pg_roles AS r WHERE r.rolname = current_user
), named AS (
  SELECT c.oid, c.relkind, c.relforcerowsecurity AND c.relrowsecurity AND NOT here.sees_all AS is_forced,
         pg_catalog.pg_get_userbyid(c.relowner) AS owner,
         pg_catalog.pg_has_role(c.relowner, 'USAGE') AS is_ours,
         c.relrowsecurity AND NOT here.sees_all AS is_secured,
         c.oid = %(changed)s::pg_catalog.regclass AS is_changed
  FROM pg_catalog.pg_class AS c, here
  WHERE c.oid IN (%(changed)s::pg_catalog.regclass, %(met)s::pg_catalog.regclass)
), whole AS (
  SELECT oid FROM named WHERE is_changed
  UNION
  SELECT p.relid FROM named, pg_catalog.pg_partition_tree(named.oid) AS p WHERE named.is_changed
)
SELECT CASE
         WHEN named.is_changed AND named.relkind NOT IN ('r', 'p') THEN 'it is no table'
         WHEN NOT named.is_ours AND (named.is_changed OR named.is_secured) THEN 'it belongs to ' || named.owner
       END AS fault,
       named.oid::pg_catalog.regclass::text AS "table", 'ACCESS EXCLUSIVE' AS lock,
       CASE WHEN named.is_forced THEN pg_catalog.format('ALTER TABLE ONLY %%s NO FORCE ROW LEVEL SECURITY', named.oid::pg_catalog.regclass) END AS rest,
       CASE WHEN named.is_forced THEN pg_catalog.format('ALTER TABLE ONLY %%s FORCE ROW LEVEL SECURITY', named.oid::pg_catalog.regclass) END AS again
FROM named
UNION ALL
SELECT NULL, t.tgrelid::pg_catalog.regclass::text, 'SHARE ROW EXCLUSIVE',
       pg_catalog.format('ALTER TABLE ONLY %%s DISABLE TRIGGER %%I', t.tgrelid::pg_catalog.regclass, t.tgname),
       pg_catalog.format(
         'ALTER TABLE ONLY %%s ENABLE %%sTRIGGER %%I', t.tgrelid::pg_catalog.regclass,
         CASE t.tgenabled WHEN 'A' THEN 'ALWAYS ' WHEN 'R' THEN 'REPLICA ' END, t.tgname
       )
FROM pg_catalog.pg_trigger AS t
JOIN whole ON whole.oid = t.tgrelid
WHERE NOT t.tgisinternal AND t.tgenabled <> 'D';
