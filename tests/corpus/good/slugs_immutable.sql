-- Depends on its argument only.
create function private.slug(p_name text) returns text
language sql immutable strict set search_path = ''
as $$ select trim(both '-' from regexp_replace(lower(p_name), '[^a-z0-9]+', '-', 'g')) $$;

create table public.articles (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  title text not null,
  title_lower text generated always as (lower(title)) stored
);
create index articles_by_title on public.articles (organization_id, (private.slug(title)));
alter table public.articles enable row level security;
create policy articles_read on public.articles for select to authenticated
  using (organization_id in (select private.my_organizations()));
