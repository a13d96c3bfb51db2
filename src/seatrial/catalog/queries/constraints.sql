-- What a partition or a child table has from its parent follows from the parent.
-- An index that a constraint owns is part of the constraint, and so are the server's own triggers, which check a
-- foreign key or a deferrable key: switched off on any table or partition of it (DISABLE TRIGGER ALL), rows that break
-- it go in. NOT ENFORCED has no triggers and is in the definition.
SELECT
  'constraint', c.name || '.' || quote_ident(k.conname), c.kind, c.name,
  jsonb_build_object(
    'definition',
      regexp_replace(pg_get_constraintdef(k.oid), '( DEFERRABLE)?( INITIALLY DEFERRED)?( NOT VALID)?$', ''),
    'validated', k.convalidated,
    'deferrable',
      CASE WHEN k.condeferred THEN 'initially deferred' WHEN k.condeferrable THEN 'initially immediate' ELSE 'no' END,
    'enforced', (
      WITH RECURSIVE part AS (
        SELECT k.oid
        UNION ALL
        SELECT below.oid FROM part JOIN pg_constraint below ON below.conparentid = part.oid
      )
      SELECT bool_and(g.tgenabled IN ('O', 'A')) FROM part JOIN pg_trigger g ON g.tgconstraint = part.oid
    ),
    'index valid', i.indisvalid,
    'index options', array_to_string(x.reloptions, ', '),
    'comment', d.description
  )
FROM relation c
JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype IN ('p', 'u', 'f', 'c', 'x')
LEFT JOIN pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
LEFT JOIN pg_class x ON x.oid = i.indexrelid
LEFT JOIN pg_description d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = k.oid
WHERE k.conparentid = 0 AND (k.conislocal OR k.contype <> 'c')
