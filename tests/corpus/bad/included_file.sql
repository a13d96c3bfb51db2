-- \i is a command of psql; no runner of migrations knows it.
\i ../shared/functions.sql -- wrong: EXE-10
select 1;
