create table public.drafts (
  id uuid primary key default gen_random_uuid(),
  author_id uuid not null references auth.users (id) on delete cascade,
  body text not null default ''
);
create index drafts_by_author on public.drafts (author_id);
alter table public.drafts enable row level security;
create policy drafts_select on public.drafts for select to authenticated using (author_id = (select auth.uid()));
create policy drafts_insert on public.drafts for insert to authenticated with check (author_id = (select auth.uid()));
create policy drafts_update on public.drafts for update to authenticated
  using (author_id = (select auth.uid())) with check (author_id = (select auth.uid()));
create policy drafts_delete on public.drafts for delete to authenticated using (author_id = (select auth.uid()));
