-- What the planner knows of columns we may read; sample values only where they are asked for.
SELECT
  s.schemaname::text AS schema,
  s.tablename::text AS table,
  s.attname::text AS column,
  s.inherited,
  s.null_frac::text,
  s.avg_width::text,
  s.n_distinct::text,
  CASE WHEN %(values)s THEN s.most_common_vals::text END AS most_common_vals,
  CASE WHEN %(values)s THEN s.most_common_freqs::text END AS most_common_freqs,
  CASE WHEN %(values)s THEN s.histogram_bounds::text END AS histogram_bounds,
  s.correlation::text,
  CASE WHEN %(values)s THEN s.most_common_elems::text END AS most_common_elems,
  CASE WHEN %(values)s THEN s.most_common_elem_freqs::text END AS most_common_elem_freqs,
  CASE WHEN %(values)s THEN s.elem_count_histogram::text END AS elem_count_histogram,
  CASE WHEN %(values)s THEN s.range_length_histogram::text END AS range_length_histogram,
  s.range_empty_frac::text,
  CASE WHEN %(values)s THEN s.range_bounds_histogram::text END AS range_bounds_histogram
FROM pg_stats s
WHERE s.schemaname !~ '^pg_' AND s.schemaname <> 'information_schema'
