-- Tables whose oldest row, or oldest row lock, is 500 million transactions old and more: autovacuum freezes at 200
-- million, and the server stops taking writes at 2.1 billion. What is not the project's has no remedy here.
, aged AS (
  SELECT r.name, greatest(age(r.relfrozenxid), mxid_age(r.relminmxid), age(t.relfrozenxid), mxid_age(t.relminmxid)) AS transactions
  FROM relation r
  LEFT JOIN pg_class t ON t.oid = r.reltoastrelid
  WHERE r.relkind IN ('r', 'm')
)
SELECT
  a.name AS object,
  json_build_object('transactions', a.transactions::text, 'of 2.1 billion', format('%s %%', a.transactions::bigint * 100 / 2147483648)) AS figures,
  format('VACUUM (FREEZE) %s;', a.name) AS remedy,
  '' AS note,
  a.transactions >= 1000000000 AS urgent
FROM aged a
WHERE a.transactions >= 500000000
UNION ALL
SELECT
  format('database %I', d.datname),
  json_build_object('transactions', age(d.datfrozenxid)::text, 'of 2.1 billion', format('%s %%', age(d.datfrozenxid)::bigint * 100 / 2147483648)),
  '',
  'Not a table of the project is so old, but one of the platform: tell whoever runs it.',
  age(d.datfrozenxid) >= 1000000000
FROM pg_database d
WHERE d.datname = current_database() AND age(d.datfrozenxid) >= 500000000
  AND NOT EXISTS (SELECT FROM aged a WHERE a.transactions >= 500000000)
ORDER BY 5 DESC, 1
