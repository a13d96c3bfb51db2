-- Whether there is pg_cron in this database.
select pg_catalog.to_regclass('cron.job') is not null as is_there
