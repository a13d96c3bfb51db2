-- While rows are generated: no trigger fires and no foreign key is looked up, the generator sees to them; every join is
-- one of many rows with many, whatever a table without statistics looks like.
SET LOCAL session_replication_role = replica;
SET LOCAL enable_nestloop = off;
SET LOCAL enable_mergejoin = off;
SET LOCAL work_mem = '64MB';
SET LOCAL jit = off;
SET LOCAL statement_timeout = 0;
SET LOCAL datestyle = 'ISO, MDY';
SET LOCAL intervalstyle = 'postgres';
SET LOCAL standard_conforming_strings = on
