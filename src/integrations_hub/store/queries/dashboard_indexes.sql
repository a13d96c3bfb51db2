-- The last weekly look at the indexes: those that ail first, then the largest.
select v.schema_name, v.table_name, v.index_name, v.verdict, v.covered_by, v.scans, v.size_bytes, v.checked_at
  from public.index_health_overview v
 order by v.verdict = 'healthy', v.size_bytes desc, v.schema_name, v.index_name
 limit 500
