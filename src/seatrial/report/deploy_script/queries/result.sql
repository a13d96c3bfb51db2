-- The result: whether this run did it and how many are as expected, then what is not, then the rest.
SELECT verified."check", verified.expected, verified.observed,
       CASE WHEN verified.expected = verified.observed THEN '✓' ELSE '✗' END AS result
FROM (
  SELECT look.place, look.what AS "check", look.expected, look.observed
  FROM pg_catalog.jsonb_to_recordset(pg_catalog.current_setting('seatrial.verification')::jsonb)
       AS look (place integer, what text, expected text, observed text)
  UNION ALL
  SELECT -1, 'this script', 'applied by this run',
         CASE pg_catalog.current_setting('seatrial.script_done', true) WHEN 'yes' THEN 'applied by this run'
              ELSE 'nothing was applied by this run: see the error above' END
  UNION ALL
  SELECT 0, 'all', pg_catalog.count(*)::text, (pg_catalog.count(*) FILTER (WHERE look.expected = look.observed))::text
  FROM pg_catalog.jsonb_to_recordset(pg_catalog.current_setting('seatrial.verification')::jsonb)
       AS look (expected text, observed text)
) AS verified
ORDER BY verified.place > 0, verified.expected = verified.observed, verified.place;
