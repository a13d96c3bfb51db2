-- The last migration of the queue that is in it.
select value from procrastinate.hub_state where name = 'migration'
