-- The same for everybody: reading is open on purpose, and nobody can write.
create table public.countries (
  code text primary key check (code ~ '^[A-Z]{2}$'),
  name text not null
);
alter table public.countries enable row level security;
create policy countries_read on public.countries for select to authenticated using (true);
revoke insert, update, delete, truncate on public.countries from anon, authenticated;
insert into public.countries (code, name) values ('DE', 'Germany'), ('FR', 'France'), ('PL', 'Poland')
on conflict (code) do nothing;
