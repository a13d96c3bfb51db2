-- The example of rlsgrid, and leaks to plant in it, one at a time.
create table public.profiles (
    id uuid primary key,
    display text not null default ''
);
create table public.posts (
    id uuid primary key default gen_random_uuid(),
    author_id uuid not null,
    title text not null,
    body text not null default ''
);
alter table public.profiles enable row level security;
alter table public.posts enable row level security;
create policy profiles_own on public.profiles for select to authenticated using (id = (select auth.uid()));
create policy posts_own on public.posts to authenticated
    using (author_id = (select auth.uid())) with check (author_id = (select auth.uid()));
revoke all on public.profiles, public.posts from anon, authenticated;
grant select on public.profiles, public.posts to anon, authenticated;
grant insert, update, delete on public.posts to authenticated;
-- leak: everybody reads all posts
create policy leak on public.posts for select to authenticated using (true);
-- leak: whoever is signed in reads all posts
create policy leak on public.posts for select to authenticated using ((select auth.uid()) is not null);
-- leak: a condition that compares a column with itself
create policy leak on public.posts for select to authenticated using (author_id = author_id);
-- leak: posts are written in the name of others
create policy leak on public.posts for insert to authenticated with check (true);
-- leak: posts of others are changed
create policy leak on public.posts for update to authenticated using (true) with check (true);
-- leak: posts of others are deleted
create policy leak on public.posts for delete to authenticated using (true);
-- leak: a post is given to somebody else
drop policy posts_own on public.posts;
create policy posts_own on public.posts to authenticated using (author_id = (select auth.uid())) with check (true);
-- leak: row security of the posts is off
alter table public.posts disable row level security;
-- leak: row security of the profiles is off
alter table public.profiles disable row level security;
-- leak: all profiles are read
create policy leak on public.profiles for select to authenticated using (true);
-- leak: posts are read without signing in
create policy leak on public.posts for select to anon using (true);
-- leak: whoever says so in metadata of their own reads the posts of another
create policy leak on public.posts for select to authenticated
    using (author_id = (select (auth.jwt() -> 'user_metadata' ->> 'author')::uuid));
-- leak: a view that reads with its owner's rights
create view public.feed as select id, author_id, title from public.posts;
grant select on public.feed to authenticated;
-- leak: a function that reads with its owner's rights
create function public.posts_of(author uuid) returns setof public.posts
    language sql stable security definer set search_path = ''
    as 'select * from public.posts where author_id = author';
revoke execute on function public.posts_of(uuid) from public, anon;
grant execute on function public.posts_of(uuid) to authenticated;
-- leak: the posts can be emptied
grant truncate on public.posts to authenticated;
