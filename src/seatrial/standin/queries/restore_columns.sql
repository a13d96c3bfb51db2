-- Gives the planner what the target's knows of the values in columns that are here, and says of which it took only a
-- part. A missing fact is a NULL, which counts as not given.
SELECT quote_ident(s.schema) || '.' || quote_ident(s."table") || '.' || quote_ident(s."column") AS name
FROM (
  SELECT s.*
  FROM jsonb_to_recordset(%(statistics)s::jsonb) AS s (
    schema text, "table" text, "column" text, inherited boolean, null_frac real, avg_width integer, n_distinct real,
    most_common_vals text, most_common_freqs text, histogram_bounds text, correlation real, most_common_elems text,
    most_common_elem_freqs text, elem_count_histogram text, range_length_histogram text, range_empty_frac real,
    range_bounds_histogram text)
  WHERE EXISTS (
    SELECT
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE n.nspname = s.schema AND c.relname = s."table" AND a.attname = s."column"
  )
  OFFSET 0
) AS s
WHERE NOT pg_restore_attribute_stats(
  'schemaname', s.schema, 'relname', s."table", 'attname', s."column", 'inherited', s.inherited,
  'null_frac', s.null_frac, 'avg_width', s.avg_width, 'n_distinct', s.n_distinct,
  'most_common_vals', s.most_common_vals, 'most_common_freqs', s.most_common_freqs::real[],
  'histogram_bounds', s.histogram_bounds, 'correlation', s.correlation,
  'most_common_elems', s.most_common_elems, 'most_common_elem_freqs', s.most_common_elem_freqs::real[],
  'elem_count_histogram', s.elem_count_histogram::real[], 'range_length_histogram', s.range_length_histogram,
  'range_empty_frac', CASE WHEN s.range_length_histogram IS NOT NULL THEN s.range_empty_frac END,
  'range_bounds_histogram', s.range_bounds_histogram)
