-- Functions, procedures and aggregates, each with its argument types in its name.
SELECT
  r.kind, r.name, 'schema', r.space,
  jsonb_build_object(
    'arguments', pg_get_function_arguments(p.oid),
    'result', pg_get_function_result(p.oid),
    'language', (SELECT quote_ident(l.lanname) FROM pg_language l WHERE l.oid = p.prolang),
    'volatility', CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END,
    'security', CASE WHEN p.prosecdef THEN 'definer' ELSE 'invoker' END,
    'strict', p.proisstrict,
    'leakproof', p.proleakproof,
    'parallel', CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted' ELSE 'unsafe' END,
    'window', CASE WHEN p.prokind = 'w' THEN true END,
    'cost', p.procost::text,
    'rows', CASE WHEN p.proretset THEN p.prorows::text END,
    'body', CASE WHEN p.prokind <> 'a' THEN coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) END,
    'library', p.probin,
    'owner', pg_get_userbyid(p.proowner),
    'comment', d.description
  ) || coalesce(c.settings, '{}') || coalesce(to_jsonb(a), '{}')
FROM routine r
JOIN pg_proc p ON p.oid = r.oid
LEFT JOIN pg_description d ON d.classoid = 'pg_proc'::regclass AND d.objoid = p.oid AND d.objsubid = 0
CROSS JOIN LATERAL (
  SELECT jsonb_object_agg('setting ' || split_part(s, '=', 1), substr(s, strpos(s, '=') + 1)) AS settings
  FROM unnest(p.proconfig) s
) c
LEFT JOIN LATERAL (
  SELECT
    g.aggtransfn::regproc AS "transition function",
    format_type(g.aggtranstype, NULL) AS "transition type",
    g.agginitval AS "initial value",
    nullif(g.aggfinalfn::oid, 0)::regproc AS "final function",
    nullif(g.aggcombinefn::oid, 0)::regproc AS "combine function",
    nullif(g.aggsortop, 0)::regoperator AS "sort operator"
  FROM pg_aggregate g
  WHERE g.aggfnoid = p.oid
) a ON true
