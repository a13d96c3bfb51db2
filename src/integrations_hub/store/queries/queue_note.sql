-- Notes something of the queue for the next preparation.
insert into procrastinate.hub_state (name, value) values (%(name)s, %(value)s)
    on conflict (name) do update set value = excluded.value, changed_at = pg_catalog.now()
