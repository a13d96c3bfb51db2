-- Makes what has the server read everything from its files anew, the contrib module pg_buffercache without its extension.
CREATE OR REPLACE FUNCTION pg_temp.evict_all(OUT evicted integer, OUT flushed integer, OUT skipped integer)
LANGUAGE c AS '$libdir/pg_buffercache', 'pg_buffercache_evict_all'
