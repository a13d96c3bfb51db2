-- Which database this is, and as whom we are in it; a role that may not know the cluster's identifier gets none.
SELECT pg_catalog.current_database()::text AS database, session_user::text AS role,
       pg_catalog.current_setting('server_version_num')::integer / 10000 AS major,
       pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE') AS knows_system
