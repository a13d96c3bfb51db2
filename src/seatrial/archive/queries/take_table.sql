-- Moves {table} to {place}, at once whatever its size. What is attached to it from outside is noted and taken off,
-- whoever put it there; indexes, own constraints and owned sequences go with it, row security stays as it is.
DO $seatrial$
DECLARE
  path text := current_setting('search_path');
  -- Names come out with their schemas, as nothing is found without.
  bare CONSTANT text := 'pg_catalog, pg_temp';
  home name := (parse_ident(:'place'))[1];
  taken regclass;
  -- The table and its partitions; the same and the sequences that they own.
  parts oid[];
  related oid[];
  attached text[];
  last text[];
  undone text[];
  places jsonb;
  columns jsonb;
  command text;
BEGIN
  PERFORM set_config('search_path', bare, true);
  taken := :'table'::regclass;
  IF EXISTS (
    SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhparent WHERE c.oid = taken AND c.relkind <> 'p'
  ) THEN
    RAISE EXCEPTION 'table % has children that inherit from it, so it cannot be moved to the archive', taken
      USING ERRCODE = 'dependent_objects_still_exist';
  END IF;
  SELECT array_agg(oid) INTO parts
  FROM (SELECT taken::oid UNION SELECT relid::oid FROM pg_partition_tree(taken)) t (oid);
  SELECT
    array_agg(CASE WHEN c.relispartition
      THEN format('ALTER TABLE ONLY %s ATTACH PARTITION %s %s', i.inhparent::regclass, taken,
        pg_get_expr(c.relpartbound, c.oid))
      ELSE format('ALTER TABLE %s INHERIT %s', taken, i.inhparent::regclass) END),
    array_agg(CASE WHEN c.relispartition
      THEN format('ALTER TABLE %s DETACH PARTITION %s', i.inhparent::regclass, taken)
      ELSE format('ALTER TABLE %s NO INHERIT %s', taken, i.inhparent::regclass) END)
  INTO last, undone
  FROM pg_inherits i
  JOIN pg_class c ON c.oid = i.inhrelid
  WHERE i.inhrelid = taken;
  PERFORM set_config('search_path', path, true);
  FOREACH command IN ARRAY coalesce(undone, '{}') LOOP
    EXECUTE command;
  END LOOP;
  PERFORM set_config('search_path', bare, true);
  SELECT parts || coalesce(array_agg(DISTINCT s.oid), '{}') INTO related
  FROM pg_depend d
  JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
  WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = ANY (parts)
    AND d.deptype IN ('a', 'i');
  WITH RECURSIVE
  -- What the table's parts are needed for, and what that is needed for in turn.
  reached (classid, objid) AS (
    SELECT 'pg_class'::regclass::oid, unnest(parts)
    UNION
    SELECT n.classid, n.objid
    FROM reached r
    CROSS JOIN LATERAL (
      SELECT d.classid, d.objid
      FROM pg_depend d
      WHERE d.refclassid = r.classid AND d.refobjid = r.objid
      UNION ALL
      -- A view goes where its rule goes.
      SELECT d.refclassid, d.refobjid
      FROM pg_depend d
      WHERE d.classid = r.classid AND d.objid = r.objid AND d.deptype = 'i' AND d.classid = 'pg_rewrite'::regclass
    ) n
  ),
  dependent (rank, oid, make, undo) AS (
    SELECT 1, c.oid::bigint,
      'CREATE ' || k.word || c.oid::regclass || coalesce(' WITH (' || array_to_string(c.reloptions, ', ') || ')', '')
        || E' AS\n' || rtrim(pg_get_viewdef(c.oid), ';'),
      'DROP ' || k.word || 'IF EXISTS ' || c.oid::regclass || ' CASCADE'
    FROM reached r
    JOIN pg_class c ON r.classid = 'pg_class'::regclass AND c.oid = r.objid AND c.relkind IN ('v', 'm')
    CROSS JOIN LATERAL (SELECT CASE c.relkind WHEN 'v' THEN 'VIEW ' ELSE 'MATERIALIZED VIEW ' END) k (word)
    UNION ALL
    SELECT 1, i.indexrelid, pg_get_indexdef(i.indexrelid), NULL
    FROM reached r
    JOIN pg_class c ON r.classid = 'pg_class'::regclass AND c.oid = r.objid AND c.relkind = 'm'
    JOIN pg_index i ON i.indrelid = c.oid
    UNION ALL
    SELECT 1, p.oid, pg_get_functiondef(p.oid), 'DROP ROUTINE IF EXISTS ' || p.oid::regprocedure || ' CASCADE'
    FROM reached r
    JOIN pg_proc p ON r.classid = 'pg_proc'::regclass AND p.oid = r.objid AND p.prokind IN ('f', 'p')
    UNION ALL
    SELECT 1, e.oid,
      format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s', a.attrelid::regclass, a.attname,
        pg_get_expr(e.adbin, e.adrelid)),
      format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', a.attrelid::regclass, a.attname)
    FROM reached r
    JOIN pg_attrdef e ON r.classid = 'pg_attrdef'::regclass AND e.oid = r.objid AND NOT e.adrelid = ANY (parts)
    JOIN pg_attribute a ON a.attrelid = e.adrelid AND a.attnum = e.adnum AND a.attgenerated = ''
  ),
  attachment (rank, oid, make, undo) AS (
    SELECT 2, p.oid::bigint,
      format('CREATE POLICY %I ON %s%s%s TO %s', p.polname, p.polrelid::regclass,
        CASE WHEN p.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END,
        CASE p.polcmd WHEN 'r' THEN ' FOR SELECT' WHEN 'a' THEN ' FOR INSERT' WHEN 'w' THEN ' FOR UPDATE'
          WHEN 'd' THEN ' FOR DELETE' ELSE '' END,
        (SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE r::regrole::text END, ', ') FROM unnest(p.polroles) r))
        || coalesce(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
        || coalesce(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', ''),
      format('DROP POLICY IF EXISTS %I ON %s', p.polname, p.polrelid::regclass)
    FROM pg_policy p
    WHERE p.polrelid = ANY (parts)
      -- Those of others that look into it.
      OR {cascade} AND p.oid IN (SELECT r.objid FROM reached r WHERE r.classid = 'pg_policy'::regclass)
    UNION ALL
    SELECT 2 + v.n, g.oid, v.make, CASE v.n WHEN 0 THEN format('DROP TRIGGER %I ON %s', g.tgname, g.tgrelid::regclass) END
    FROM pg_trigger g
    CROSS JOIN LATERAL (VALUES
      (0, pg_get_triggerdef(g.oid)),
      (1, CASE WHEN g.tgenabled <> 'O' THEN format('ALTER TABLE %s %s TRIGGER %I', g.tgrelid::regclass,
        CASE g.tgenabled WHEN 'A' THEN 'ENABLE ALWAYS' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'DISABLE' END, g.tgname) END)
    ) v (n, make)
    WHERE g.tgrelid = ANY (parts) AND NOT g.tgisinternal AND g.tgparentid = 0
    UNION ALL
    SELECT 2, w.oid, rtrim(pg_get_ruledef(w.oid), ';'), format('DROP RULE %I ON %s', w.rulename, w.ev_class::regclass)
    FROM pg_rewrite w
    WHERE w.ev_class = ANY (parts) AND w.rulename <> '_RETURN'
    UNION ALL
    SELECT 4, k.oid,
      format('ALTER TABLE %s ADD CONSTRAINT %I %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid)),
      format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname)
    FROM pg_constraint k
    WHERE k.contype = 'f' AND k.conparentid = 0
      AND (k.conrelid = ANY (parts)) <> (k.confrelid = ANY (parts))
    UNION ALL
    -- Whose publication it is not may not take it off, and nothing changes here that could be published.
    SELECT 5, b.oid,
      format('ALTER PUBLICATION %I ADD TABLE ONLY %s', p.pubname, b.prrelid::regclass)
        || coalesce(' (' || (
          SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
          FROM pg_attribute a
          WHERE a.attrelid = b.prrelid AND a.attnum = ANY (b.prattrs::int2[])
        ) || ')', '')
        || coalesce(' WHERE (' || pg_get_expr(b.prqual, b.prrelid) || ')', ''),
      format('ALTER PUBLICATION %I DROP TABLE ONLY %s', p.pubname, b.prrelid::regclass)
    FROM pg_publication_rel b
    JOIN pg_publication p ON p.oid = b.prpubid AND pg_has_role(p.pubowner, 'USAGE')
    WHERE b.prrelid = ANY (parts)
    UNION ALL
    SELECT 6, 0, 'GRANT ' || string_agg(g.privilege_type || g.part, ', ' ORDER BY g.privilege_type, g.part)
      || ' ON ' || g.target || ' TO ' || g.grantee || CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END, NULL
    FROM granted g
    GROUP BY g.target, g.grantee, g.is_grantable
    UNION ALL
    -- The privileges of columns go with it.
    SELECT DISTINCT 6, 0, NULL, 'REVOKE ALL ON ' || g.target || ' FROM ' || g.grantee || ' CASCADE'
    FROM granted g
  ),
  granted AS (
    SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || c.oid::regclass AS target, v.part,
      CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END AS grantee,
      g.privilege_type, g.is_grantable
    FROM pg_class c
    CROSS JOIN LATERAL (
      SELECT c.relacl, ''
      UNION ALL
      SELECT a.attacl, ' (' || quote_ident(a.attname) || ')'
      FROM pg_attribute a
      WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL AND NOT a.attisdropped
    ) v (acl, part)
    CROSS JOIN LATERAL aclexplode(v.acl) g
    WHERE c.oid = ANY (related) AND g.grantee <> c.relowner
  ),
  found AS (
    SELECT * FROM dependent WHERE {cascade}
    UNION ALL
    SELECT * FROM attachment
  )
  SELECT
    -- Made again in the other order, a view before what is made of it.
    coalesce(array_agg(make ORDER BY rank <> 1 DESC, rank, oid) FILTER (WHERE make IS NOT NULL), '{}') || last,
    coalesce(array_agg(undo ORDER BY rank, oid DESC) FILTER (WHERE undo IS NOT NULL), '{}')
  INTO attached, undone
  FROM found;
  IF {cascade} THEN
    SELECT format('%s of a column of table %s', a.atttypid::regtype, a.attrelid::regclass) INTO command
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'f') AND NOT c.oid = ANY (parts)
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_type e ON e.oid = t.typelem
    WHERE coalesce(e.typrelid, 0) = ANY (parts) OR t.typrelid = ANY (parts)
    LIMIT 1;
    IF command IS NOT NULL THEN
      RAISE EXCEPTION 'table % is the type %, whose values would be lost', taken, command
        USING ERRCODE = 'dependent_objects_still_exist';
    END IF;
  END IF;
  SELECT jsonb_agg(jsonb_build_array(m.kind, m.name, n.nspname)) INTO places
  FROM (
    SELECT 'TABLE', c.relname, c.relnamespace FROM pg_class c WHERE c.oid = ANY (parts)
    UNION ALL
    SELECT 'STATISTICS', s.stxname, s.stxnamespace FROM pg_statistic_ext s WHERE s.stxrelid = ANY (parts)
  ) m (kind, name, space)
  JOIN pg_namespace n ON n.oid = m.space;
  SELECT jsonb_agg(jsonb_build_array(quote_ident(a.attname), format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum)
  INTO columns
  FROM pg_attribute a
  WHERE a.attrelid = taken AND a.attnum > 0 AND NOT a.attisdropped;
  PERFORM set_config('search_path', path, true);
  FOREACH command IN ARRAY undone LOOP
    EXECUTE command;
  END LOOP;
  -- What still needs it is refused in the server's words.
  BEGIN
    EXECUTE format('DROP TABLE %s', :'table');
    RAISE EXCEPTION USING ERRCODE = 'ST001';
  EXCEPTION
    WHEN SQLSTATE 'ST001' THEN NULL;
  END;
  FOR command IN
    SELECT format('ALTER %s %I.%I SET SCHEMA %I', m ->> 0, m ->> 2, m ->> 1, home) FROM jsonb_array_elements(places) m
  LOOP
    EXECUTE command;
  END LOOP;
  INSERT INTO seatrial.archive (version, cause, contents, object, place, keep_until, details)
  VALUES (:'version', :'cause', 'table', :'table', :'place', clock_timestamp() + nullif(:'keep', '')::interval,
    jsonb_build_object('attached', attached, 'moved', places, 'columns', columns));
END
$seatrial$;
