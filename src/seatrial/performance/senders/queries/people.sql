-- Some of many pairs of tenant and user, always the same ones. In turn: the largest tenant that has such a user, then of
-- those at places 2 and 3, 4 to 7, 8 to 15 …, and pairs as they come when they are drawn by lot.
WITH picked AS (
  SELECT one.tenant, one."user", 2 * row_number() OVER (ORDER BY power) - 1 AS turn
  FROM generate_series(0, 40) AS power
  CROSS JOIN LATERAL (
    SELECT c.tenant, c."user"
    FROM {sizes} AS s
    JOIN {crowd} AS c USING (tenant)
    WHERE s.place >= 1::bigint << power AND s.place < 2::bigint << power
    ORDER BY s.place, c.lot
    LIMIT 1
  ) AS one
  UNION ALL
  SELECT tenant, "user", 2 * row_number() OVER (ORDER BY lot)
  FROM (SELECT * FROM {crowd} ORDER BY lot LIMIT {most}) AS by_lot
), once AS (
  SELECT tenant, "user", min(turn) AS turn
  FROM picked
  GROUP BY 1, 2
  ORDER BY 3
  LIMIT {most}
)
SELECT coalesce(json_agg(json_build_array(tenant, "user") ORDER BY turn), '[]')::text
FROM once
