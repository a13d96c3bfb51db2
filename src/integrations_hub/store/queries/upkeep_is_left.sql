-- Whether pg_cron does this now, so that the service must not.
select procrastinate.hub_is_left_to_pg_cron(%(job)s::text, %(functions)s::text[]) as is_left
