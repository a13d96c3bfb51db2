create table public.organizations (
  id uuid primary key default gen_random_uuid(),
  name text not null
);
comment on table public.organizations is 'A customer.';

alter table public.organizations enable row level security;
