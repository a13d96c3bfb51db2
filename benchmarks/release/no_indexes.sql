-- What the seed's table calls "No index": integrations has its primary key and no more.
do $block$
declare
    one record;
begin
    for one in
        select format('alter table public.integrations drop constraint %I cascade', c.conname) as statement
          from pg_catalog.pg_constraint c
         where c.conrelid = 'public.integrations'::regclass and c.contype = 'u'
        union all
        select format('drop index %s', i.indexrelid::regclass)
          from pg_catalog.pg_index i
         where i.indrelid = 'public.integrations'::regclass and not i.indisunique
    loop
        execute one.statement;
    end loop;
end
$block$;
