-- E-mail addresses of all users in the open.
create view public.user_directory as -- wrong: ISO-36/ISO-32
  select u.id, u.email, u.last_sign_in_at from auth.users u;
grant select on public.user_directory to anon, authenticated;
