-- For how large a share of sample rows combinations of choices satisfy checks; those that never do are left out.
-- OFFSET 0 keeps the planner from computing a value anew for each place that it is read in.
WITH {parents}
SELECT coalesce(json_agg(json_build_array(found."#combination", found.share) ORDER BY found."#combination"), '[]')::text
FROM (
  SELECT tried."#combination", avg(tried.ok::integer) AS share
  FROM (
    SELECT "#combination", {checks} AS ok
    FROM (
      SELECT *{generated}
      FROM (
        SELECT c."#combination", {columns}
        FROM (SELECT n, {picks} FROM unnest('{{{samples}}}'::bigint[]) AS s (n) OFFSET 0) AS g
        {joins}
        CROSS JOIN (VALUES {combinations}) AS c ("#combination", {places})
        OFFSET 0
      ) AS v
      OFFSET 0
    ) AS v
  ) AS tried
  GROUP BY tried."#combination"
  HAVING bool_or(tried.ok)
) AS found
