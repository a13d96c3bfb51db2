create table public.pages (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  body text not null default '',
  updated_at timestamptz not null default now()
);
create index pages_by_org on public.pages (organization_id);
alter table public.pages enable row level security;
create policy pages_read on public.pages for select to authenticated
  using (organization_id in (select private.my_organizations()));

create function private.stamp_page() returns trigger language plpgsql set search_path = '' as $$
begin
  if new.body is distinct from old.body then
    new.updated_at = now();
  end if;
  return new;
end;
$$;
create trigger pages_stamp before update on public.pages for each row execute function private.stamp_page();
