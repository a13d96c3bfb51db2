-- Ends the settings with which rows are generated: triggers fire, and constraints are looked at row by row as they are
-- at the end of an application's transaction, of which there is none here.
SET LOCAL session_replication_role = origin;
SET LOCAL enable_nestloop TO DEFAULT;
SET LOCAL enable_mergejoin TO DEFAULT;
SET LOCAL work_mem TO DEFAULT;
SET LOCAL jit TO DEFAULT;
SET LOCAL datestyle TO DEFAULT;
SET LOCAL intervalstyle TO DEFAULT;
SET LOCAL statement_timeout = '30s';
SET CONSTRAINTS ALL IMMEDIATE
