-- The rows follow after COPY, which only psql understands.
create table public.currencies (code text primary key, name text not null);
alter table public.currencies enable row level security;
create policy currencies_read on public.currencies for select to authenticated using (true);
COPY public.currencies (code, name) FROM stdin; -- wrong: EXE-10
EUR	Euro
USD	US dollar
\.
