-- Functions and procedures as the server prints them; aggregates put together.
SELECT
  'functions', r.kind, r.name, 'schema', r.space,
  jsonb_build_object('key', 'pg_proc/' || r.oid, 'sql', CASE WHEN p.prokind <> 'a' THEN rtrim(pg_get_functiondef(r.oid), E'\n')
    ELSE format('CREATE AGGREGATE %s.%I(%s) (%s)', r.space, p.proname,
      coalesce(nullif(pg_get_function_arguments(r.oid), ''), '*'),
      concat_ws(', ',
        'SFUNC = ' || a.aggtransfn::regproc,
        'STYPE = ' || format_type(a.aggtranstype, NULL),
        'SSPACE = ' || nullif(a.aggtransspace, 0),
        'FINALFUNC = ' || nullif(a.aggfinalfn::oid, 0)::regproc,
        CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
        'FINALFUNC_MODIFY = ' || CASE a.aggfinalmodify WHEN 's' THEN 'SHAREABLE' WHEN 'w' THEN 'READ_WRITE' END,
        'COMBINEFUNC = ' || nullif(a.aggcombinefn::oid, 0)::regproc,
        'SERIALFUNC = ' || nullif(a.aggserialfn::oid, 0)::regproc,
        'DESERIALFUNC = ' || nullif(a.aggdeserialfn::oid, 0)::regproc,
        'INITCOND = ' || quote_literal(a.agginitval),
        'MSFUNC = ' || nullif(a.aggmtransfn::oid, 0)::regproc,
        'MINVFUNC = ' || nullif(a.aggminvtransfn::oid, 0)::regproc,
        'MSTYPE = ' || format_type(nullif(a.aggmtranstype, 0), NULL),
        'MSSPACE = ' || nullif(a.aggmtransspace, 0),
        'MFINALFUNC = ' || nullif(a.aggmfinalfn::oid, 0)::regproc,
        CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
        'MINITCOND = ' || quote_literal(a.aggminitval),
        (
          SELECT format('SORTOP = OPERATOR(%I.%s)', n.nspname, o.oprname)
          FROM pg_operator o
          JOIN pg_namespace n ON n.oid = o.oprnamespace
          WHERE o.oid = a.aggsortop
        ),
        CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END,
        CASE WHEN a.aggkind = 'h' THEN 'HYPOTHETICAL' END
      ))
  END)
FROM routine r
JOIN pg_proc p ON p.oid = r.oid
LEFT JOIN pg_aggregate a ON a.aggfnoid = r.oid
