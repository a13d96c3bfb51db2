-- Values of some columns that stand together in rows, by tenant: the most common, the rarest, the next common …
SELECT coalesce(json_object_agg(tenant, held), '{{}}')::text
FROM (
  SELECT tenant, json_agg(held::json ORDER BY turn) AS held
  FROM (
    SELECT tenant, held, least(
      2 * row_number() OVER (PARTITION BY tenant ORDER BY rows DESC, md5(held || ' seatrial')) - 1,
      2 * row_number() OVER (PARTITION BY tenant ORDER BY rows, md5(held || ' seatrial'))
    ) AS turn
    FROM (
      SELECT {tenant}::text AS tenant, json_build_array({columns})::text AS held, count(*) AS rows
      FROM {table}
      WHERE {condition}
      GROUP BY 1, 2
    ) AS counted
  ) AS ranked
  WHERE turn <= {most}
  GROUP BY tenant
) AS found
