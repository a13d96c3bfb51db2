-- The types that the server has found for the parameters of a prepared statement; of an enum, its first value.
SELECT
  format_type(coalesce(nullif(t.typbasetype, 0), t.oid), NULL) AS type,
  t.typcategory = 'A' AS is_array,
  (SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder LIMIT 1) AS label
FROM pg_prepared_statements s
CROSS JOIN LATERAL unnest(s.parameter_types) WITH ORDINALITY AS p (type, place)
JOIN pg_type t ON t.oid = p.type
WHERE s.name = 'seatrial_parameters'
ORDER BY p.place
