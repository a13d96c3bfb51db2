-- Whether a function runs as whoever calls it, in a language that gives no rights of the server's own.
SELECT l.lanpltrusted AND NOT p.prosecdef
FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
WHERE p.oid = {routine}::regprocedure
