create temporary table moved (id uuid primary key, stage text) on commit drop;
insert into moved (id, stage)
select d.id, d.stage::text from public.deals d where d.title = 'imported';
