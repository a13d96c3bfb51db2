create table public.organization_members (
  organization_id uuid not null references public.organizations (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  status text not null default 'invited' check (status in ('invited', 'active', 'suspended')),
  primary key (organization_id, user_id)
);
comment on table public.organization_members is 'Who belongs to a customer.';

alter table public.organization_members enable row level security;

create policy members_see_themselves on public.organization_members
  for select to authenticated
  using (user_id = (select auth.uid()));
