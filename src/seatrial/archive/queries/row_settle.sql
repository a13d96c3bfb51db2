-- Forgets what of {was} and {became} is in {table} as it was before: values that went back, rows that came back, and
-- rows that are gone.
WITH done AS (
  DELETE FROM {became} AS b USING {was} AS w, {table} AS t
  WHERE {wasbecame} AND {washere} AND {restored}
  RETURNING b.*
)
DELETE FROM {was} AS w USING done AS b WHERE {wasbecame};

DELETE FROM {was} AS w USING {table} AS t
WHERE {washere} AND NOT EXISTS (SELECT FROM {became} AS b WHERE {wasbecame}) AND {back};

DELETE FROM {became} AS b
WHERE NOT EXISTS (SELECT FROM {was} AS w WHERE {wasbecame}) AND NOT EXISTS (SELECT FROM {table} AS t WHERE {becamehere});
