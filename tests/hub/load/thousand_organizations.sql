-- A thousand organizations with a member and an administrator each; every row is tagged with its organization's number.
insert into auth.users (id, aud, role, email, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
select ('70000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'authenticated', 'authenticated',
       'user' || n || '@example.com', '{}', '{}', now(), now()
  from generate_series(1, 1000) as n;

insert into public.organizations (id, name)
select ('71000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'Organization ' || n
  from generate_series(1, 1000) as n;

insert into public.organization_members (organization_id, user_id, role, status)
select ('71000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
       ('70000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'admin', 'active'
  from generate_series(1, 1000) as n;

insert into public.integrations (organization_id, integration_type, is_active, status, configuration)
select ('71000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, kind, true, 'active',
       jsonb_build_object('tag', n)
  from generate_series(1, 1000) as n
 cross join unnest(array['whatsapp', 'email', 'telegram']) as kind;

insert into public.contacts (organization_id, full_name, notes)
select ('71000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'Contact ' || i, 'tag ' || n
  from generate_series(1, 1000) as n
 cross join generate_series(1, 10) as i;

-- What the database knows of its caller; with the caller's own rights.
create function public.who_is_asking()
returns json language sql stable set search_path = pg_catalog, pg_temp
as 'select json_build_object(''user'', auth.uid(), ''role'', current_user, ''claims'', auth.jwt())';
revoke all on function public.who_is_asking() from public;
grant execute on function public.who_is_asking() to authenticated;

analyze;
