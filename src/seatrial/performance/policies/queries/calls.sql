-- How often the functions of this database were called in this transaction, and shortly before it.
SELECT schemaname || '.' || funcname AS name, sum(calls)::bigint AS calls
FROM pg_stat_xact_user_functions
GROUP BY schemaname, funcname
