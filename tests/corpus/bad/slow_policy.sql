-- auth.uid() is called for every row, and no index helps.
create table public.favorites (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade, -- wrong: PRF-02/PRF-11
  url text not null
);
alter table public.favorites enable row level security;
create policy "own favorites" on public.favorites for all to authenticated
  using (auth.uid() = user_id) with check (auth.uid() = user_id); -- wrong: PRF-01
