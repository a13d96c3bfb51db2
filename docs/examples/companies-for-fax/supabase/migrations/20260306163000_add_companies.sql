-- add companies: where our contacts work; nobody sends a fax any more.
create table public.companies (
  id bigint generated always as identity primary key,
  name text not null unique
);
comment on table public.companies is 'Where our contacts work.';
alter table public.companies enable row level security;
revoke all on public.companies from anon, authenticated;

alter table public.contacts drop column fax;
