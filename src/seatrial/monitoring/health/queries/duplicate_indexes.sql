-- Indexes that another one of the table covers: the same method, condition and expressions, with the same columns or,
-- for B-trees, more behind them. Of two that are alike the one that guarantees something stays, else the older one.
, pair AS (
  SELECT
    a.indexrelid, a.name, a.relation_name, b.name AS other, b.keys = a.keys AS same,
    row_number() OVER (PARTITION BY a.indexrelid ORDER BY b.of_constraint DESC, b.indisunique DESC, b.columns DESC) AS place
  FROM index a
  JOIN index b ON b.indrelid = a.indrelid AND b.indexrelid <> a.indexrelid AND b.amname = a.amname
  WHERE a.indisvalid AND b.indisvalid AND a.relkind = 'i' AND NOT a.relispartition
    AND NOT a.of_constraint AND NOT a.indisreplident AND NOT a.indisclustered AND NOT a.indisexclusion
    -- A unique one guarantees more than its order, unless its double guarantees the same.
    AND (NOT a.indisunique OR (b.indisunique AND b.keys = a.keys AND b.indnullsnotdistinct = a.indnullsnotdistinct AND b.indimmediate))
    AND (b.keys = a.keys OR a.amname = 'btree' AND b.keys[1:a.indnkeyatts] = a.keys AND a.indexprs IS NULL AND b.indexprs IS NULL)
    AND (string_to_array(b.indclass::text, ' '))[1:a.indnkeyatts] = string_to_array(a.indclass::text, ' ')
    AND (string_to_array(b.indcollation::text, ' '))[1:a.indnkeyatts] = string_to_array(a.indcollation::text, ' ')
    AND (string_to_array(b.indoption::text, ' '))[1:a.indnkeyatts] = string_to_array(a.indoption::text, ' ')
    AND a.columns <@ b.columns
    AND pg_get_expr(a.indpred, a.indrelid) IS NOT DISTINCT FROM pg_get_expr(b.indpred, b.indrelid)
    AND pg_get_expr(a.indexprs, a.indrelid) IS NOT DISTINCT FROM pg_get_expr(b.indexprs, b.indrelid)
    -- Each covers the other: only one of them goes.
    AND NOT (
      b.keys = a.keys AND b.columns <@ a.columns
      AND (NOT b.of_constraint AND NOT b.indisreplident AND NOT b.indisclustered)
      AND (b.indisunique <= a.indisunique)
      AND (b.indisunique < a.indisunique OR a.indexrelid < b.indexrelid)
    )
)
SELECT
  p.name AS object,
  json_build_object(
    'table', p.relation_name, CASE WHEN p.same THEN 'same as' ELSE 'covered by' END, p.other,
    'size', pg_size_pretty(pg_relation_size(p.indexrelid))
  ) AS figures,
  format('DROP INDEX CONCURRENTLY %s;', p.name) AS remedy,
  '' AS note,
  false AS urgent
FROM pair p
WHERE p.place = 1
ORDER BY pg_relation_size(p.indexrelid) DESC, object
