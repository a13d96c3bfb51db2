create table private.settings (
  key text primary key,
  value jsonb not null
);
alter table private.settings enable row level security;
merge into private.settings s
using (values ('theme', '"dark"'::jsonb), ('page_size', '50'::jsonb)) as v (key, value) on s.key = v.key
when matched then update set value = v.value
when not matched then insert (key, value) values (v.key, v.value);
