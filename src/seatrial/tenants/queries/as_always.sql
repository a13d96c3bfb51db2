-- Until the transaction or the savepoint ends, triggers fire and foreign keys are looked up, at once.
SET LOCAL session_replication_role = origin;
SET LOCAL statement_timeout = 3000;
SET CONSTRAINTS ALL IMMEDIATE
