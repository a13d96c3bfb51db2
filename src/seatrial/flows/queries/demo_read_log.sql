-- The role that deploys to the demo's production, and watches it, may read the server's log.
GRANT EXECUTE ON FUNCTION pg_current_logfile(text), pg_ls_logdir(), pg_read_binary_file(text, bigint, bigint, boolean)
TO postgres;
