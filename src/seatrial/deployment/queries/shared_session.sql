-- Whether this session is the one that another connection of ours was served by.
SELECT pg_backend_pid() AS pid, current_setting('seatrial.token', true) AS token;
