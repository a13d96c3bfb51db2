-- create contacts: whom we know.
create table public.contacts (
  id bigint generated always as identity primary key,
  name text not null,
  fax text
);
comment on table public.contacts is 'Whom we know.';
alter table public.contacts enable row level security;
revoke all on public.contacts from anon, authenticated;

insert into public.contacts (name, fax) values ('Ana', '12'), ('Ben', '13');
