-- create contacts: deployed long ago, and large by now.
create table public.contacts (
  id bigint generated always as identity primary key,
  email text
);

comment on table public.contacts is 'Whom an organization writes to.';
