-- What is deployed already when a file of the corpus comes: a small product for sales teams.
create schema private;
revoke all on schema private from public;
grant usage on schema private to authenticated;

create type public.deal_stage as enum ('lead', 'offer', 'won', 'lost');

create table public.organizations (
  id uuid primary key default gen_random_uuid(),
  name text not null check (length(name) between 1 and 200),
  created_at timestamptz not null default now()
);

create table public.organization_members (
  organization_id uuid not null references public.organizations (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  role text not null default 'member' check (role in ('member', 'admin')),
  created_at timestamptz not null default now(),
  primary key (organization_id, user_id)
);
create index organization_members_user on public.organization_members (user_id);

create table public.profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  full_name text,
  avatar_url text,
  updated_at timestamptz not null default now()
);

create table public.contacts (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  email text not null,
  full_name text,
  phone text,
  status text not null default 'new',
  notes text,
  legacy_code text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, id)
);
create index contacts_by_status on public.contacts (organization_id, status);

create table public.deals (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  contact_id uuid not null,
  title text not null,
  amount integer not null default 0,
  stage public.deal_stage not null default 'lead',
  created_at timestamptz not null default now(),
  foreign key (organization_id, contact_id) references public.contacts (organization_id, id)
);
create index deals_by_contact on public.deals (organization_id, contact_id);

create table private.integration_tokens (
  organization_id uuid not null references public.organizations (id) on delete cascade,
  provider text not null,
  secret text not null,
  primary key (organization_id, provider)
);

create function private.my_organizations() returns setof uuid
language sql stable parallel safe security definer set search_path = ''
as $$ select m.organization_id from public.organization_members m where m.user_id = (select auth.uid()) $$;

create function private.my_admin_organizations() returns setof uuid
language sql stable parallel safe security definer set search_path = ''
as $$
  select m.organization_id from public.organization_members m
  where m.user_id = (select auth.uid()) and m.role = 'admin'
$$;
revoke execute on function private.my_organizations(), private.my_admin_organizations() from public;
grant execute on function private.my_organizations(), private.my_admin_organizations() to authenticated;

create function private.touch() returns trigger language plpgsql set search_path = '' as $$
begin
  new.updated_at := now();
  return new;
end $$;
create trigger contacts_touch before update on public.contacts for each row execute function private.touch();

create function public.deal_value(p_deal uuid) returns integer
language sql stable set search_path = ''
as $$ select d.amount from public.deals d where d.id = p_deal $$;

alter table public.organizations enable row level security;
alter table public.organization_members enable row level security;
alter table public.profiles enable row level security;
alter table public.contacts enable row level security;
alter table public.deals enable row level security;
alter table private.integration_tokens enable row level security;

create policy organizations_read on public.organizations for select to authenticated
  using (id in (select private.my_organizations()));
create policy members_read on public.organization_members for select to authenticated
  using (organization_id in (select private.my_organizations()));
create policy members_manage on public.organization_members for insert to authenticated
  with check (organization_id in (select private.my_admin_organizations()));
create policy profiles_own on public.profiles for select to authenticated
  using (id = (select auth.uid()));
create policy contacts_of_members on public.contacts for all to authenticated
  using (organization_id in (select private.my_organizations()))
  with check (organization_id in (select private.my_organizations()));
create policy deals_of_members on public.deals for all to authenticated
  using (organization_id in (select private.my_organizations()))
  with check (organization_id in (select private.my_organizations()));

create view public.deal_totals with (security_invoker = true) as
  select d.organization_id, d.stage, sum(d.amount) as total
  from public.deals d
  group by d.organization_id, d.stage;
