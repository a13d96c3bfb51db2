-- Core schema, part 1 of 4: who belongs to which organization, and how a policy asks for it.
--
-- Rules that every migration in this folder follows:
--   * runs as the role postgres, which is not a superuser, in one transaction, and may run again;
--   * a policy compares the tenant column with the caller's organizations as
--       organization_id = any ((select private.organizations_of_caller('member'))::uuid[])
--     The sub-select makes it an InitPlan (once per statement, not once per row), and the comparison
--     with an array keeps the index on organization_id usable. "… or (select is_super_admin())" would
--     lose that index for everybody, so tables that super administrators may use call
--     private.organizations_open_to_caller(…) instead, and only tables without an organization
--     ask private.caller_is_super_admin();
--   * every right is granted by name, after everything has been revoked: what a project's default
--     privileges give away (TRUNCATE to anon, for one) is never relied upon;
--   * "create table if not exists" is followed by private.require_columns(…), because it would keep
--     an older table of another shape without a word.

create schema if not exists private;
comment on schema private is
    'Functions that policies call and data that no client may read; not exposed through the API.';
revoke all on schema private from public, anon;
grant usage on schema private to authenticated, service_role;

-- Guards ------------------------------------------------------------------------------------------

create or replace function private.require_columns(relation text, columns text[])
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    difference text;
begin
    select string_agg(expected.entry, ', ' order by expected.entry)
      into difference
      from unnest(columns) as expected (entry)
     where expected.entry not in (
           select a.attname || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod)
                  || case when a.attnotnull then ' not null' else '' end
             from pg_catalog.pg_attribute a
            where a.attrelid = pg_catalog.to_regclass(relation)
              and a.attnum > 0
              and not a.attisdropped
     );
    if difference is not null then
        raise exception 'table % exists in another shape; expected: %', relation, difference
            using errcode = 'wrong_object_type',
                  hint = 'Rename the older table or migrate it to this shape, then run the migration again.';
    end if;
end
$function$;
comment on function private.require_columns(text, text[]) is
    'Raises unless the relation has every column given as "name type [not null]"; further columns are allowed. For migrations only.';
revoke all on function private.require_columns(text, text[]) from public, anon, authenticated, service_role;

-- Triggers that several tables share --------------------------------------------------------------

create or replace function private.set_updated_at()
returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    new.updated_at := pg_catalog.now();
    return new;
end
$function$;
comment on function private.set_updated_at() is
    'Trigger: sets updated_at to the time of the transaction on every update.';
revoke all on function private.set_updated_at() from public, anon, authenticated, service_role;

create or replace function private.keep_organization()
returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    raise exception 'a row of %.% stays with its organization', tg_table_schema, tg_table_name
        using errcode = 'insufficient_privilege';
end
$function$;
comment on function private.keep_organization() is
    'Trigger: refuses to move a row to another organization, also for a member of both (fires only when organization_id changes).';
revoke all on function private.keep_organization() from public, anon, authenticated, service_role;

-- Organizations -----------------------------------------------------------------------------------

create table if not exists public.organizations (
    id         uuid        not null default gen_random_uuid(),
    name       text        not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint organizations_pkey primary key (id),
    constraint organizations_name_check check (length(btrim(name)) between 1 and 200)
);
do $block$ begin
    perform private.require_columns('public.organizations', array[
        'id uuid not null', 'name text not null',
        'created_at timestamp with time zone not null', 'updated_at timestamp with time zone not null']);
end $block$;
comment on table public.organizations is 'The tenants: one row per customer organization.';
comment on column public.organizations.id is 'Identifier of the organization.';
comment on column public.organizations.name is 'Name shown to its members.';
comment on column public.organizations.created_at is 'When the organization was created.';
comment on column public.organizations.updated_at is 'When the row last changed; set by trigger.';
comment on constraint organizations_name_check on public.organizations is 'A name is not blank and at most 200 characters long.';

create table if not exists public.organization_members (
    organization_id uuid        not null,
    user_id         uuid        not null,
    role            text        not null default 'member',
    status          text        not null default 'invited',
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    constraint organization_members_pkey primary key (organization_id, user_id),
    constraint organization_members_organization_id_fkey foreign key (organization_id)
        references public.organizations (id) on delete cascade,
    constraint organization_members_user_id_fkey foreign key (user_id)
        references auth.users (id) on delete cascade,
    constraint organization_members_role_check check (role in ('viewer', 'member', 'admin', 'owner')),
    constraint organization_members_status_check check (status in ('active', 'invited', 'suspended'))
);
do $block$ begin
    perform private.require_columns('public.organization_members', array[
        'organization_id uuid not null', 'user_id uuid not null', 'role text not null', 'status text not null',
        'created_at timestamp with time zone not null', 'updated_at timestamp with time zone not null']);
end $block$;
comment on table public.organization_members is
    'Who belongs to which organization, with which role; written by the service only, so that nobody can raise a role of their own.';
comment on column public.organization_members.organization_id is 'The organization.';
comment on column public.organization_members.user_id is 'The user.';
comment on column public.organization_members.role is 'viewer reads, member works, admin configures, owner decides; each includes the ones before.';
comment on column public.organization_members.status is 'Only active members have any right; invited and suspended ones have none.';
comment on column public.organization_members.created_at is 'When the membership was created.';
comment on column public.organization_members.updated_at is 'When the row last changed; set by trigger.';
comment on constraint organization_members_organization_id_fkey on public.organization_members is 'Memberships go with their organization.';
comment on constraint organization_members_user_id_fkey on public.organization_members is 'Memberships go with their user.';
comment on constraint organization_members_role_check on public.organization_members is 'The four roles, lowest first.';
comment on constraint organization_members_status_check on public.organization_members is 'The three states of a membership.';

-- The primary key leads with the organization; policies look memberships up by user.
create index if not exists idx_organization_members_user on public.organization_members (user_id);
comment on index public.idx_organization_members_user is 'Serves: organizations of the caller, in every policy; deletion of a user.';

create table if not exists public.profiles (
    id         uuid        not null,
    full_name  text,
    locale     text        not null default 'en',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint profiles_pkey primary key (id),
    constraint profiles_id_fkey foreign key (id) references auth.users (id) on delete cascade
);
do $block$ begin
    perform private.require_columns('public.profiles', array[
        'id uuid not null', 'full_name text', 'locale text not null',
        'created_at timestamp with time zone not null', 'updated_at timestamp with time zone not null']);
end $block$;
comment on table public.profiles is 'What a user tells about themselves; holds no role and no organization, because its owner may edit it.';
comment on column public.profiles.id is 'The user.';
comment on column public.profiles.full_name is 'Name to address the user by.';
comment on column public.profiles.locale is 'Language tag for messages to the user.';
comment on column public.profiles.created_at is 'When the profile was created.';
comment on column public.profiles.updated_at is 'When the row last changed; set by trigger.';
comment on constraint profiles_id_fkey on public.profiles is 'A profile goes with its user.';

create or replace trigger set_updated_at before update on public.organizations
    for each row execute function private.set_updated_at();
comment on trigger set_updated_at on public.organizations is 'Keeps updated_at true.';
create or replace trigger set_updated_at before update on public.organization_members
    for each row execute function private.set_updated_at();
comment on trigger set_updated_at on public.organization_members is 'Keeps updated_at true.';
create or replace trigger set_updated_at before update on public.profiles
    for each row execute function private.set_updated_at();
comment on trigger set_updated_at on public.profiles is 'Keeps updated_at true.';

-- What policies ask ---------------------------------------------------------------------------------

create or replace function private.caller_is_super_admin()
returns boolean
language sql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    -- app_metadata is written by the service and signed into the token; user_metadata is the user's own.
    select coalesce(auth.jwt() -> 'app_metadata' -> 'super_admin' = 'true'::jsonb, false)
$function$;
comment on function private.caller_is_super_admin() is
    'Whether the caller''s verified token says app_metadata.super_admin = true; user_metadata is never read.';
revoke all on function private.caller_is_super_admin() from public, anon, authenticated, service_role;
grant execute on function private.caller_is_super_admin() to authenticated, service_role;

create or replace function private.organizations_of_caller(minimum_role text default 'viewer')
returns uuid[]
language sql
stable
security definer
parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    -- An unknown minimum role has no position, so that nothing compares and the answer is empty.
    select coalesce(array_agg(m.organization_id), '{}')
      from public.organization_members m
     where m.user_id = auth.uid()
       and m.status = 'active'
       and array_position(array['viewer', 'member', 'admin', 'owner'], m.role)
           >= array_position(array['viewer', 'member', 'admin', 'owner'], minimum_role)
$function$;
comment on function private.organizations_of_caller(text) is
    'Organizations in which the caller is an active member with at least the given role; the identity comes from the token, never from an argument.';
revoke all on function private.organizations_of_caller(text) from public, anon, authenticated, service_role;
grant execute on function private.organizations_of_caller(text) to authenticated, service_role;

create or replace function private.organizations_open_to_caller(minimum_role text default 'viewer')
returns uuid[]
language sql
stable
security definer
parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select case
        when private.caller_is_super_admin()
        then (select coalesce(array_agg(o.id), '{}') from public.organizations o)
        else private.organizations_of_caller(minimum_role)
    end
$function$;
comment on function private.organizations_open_to_caller(text) is
    'Like organizations_of_caller, and every organization for a super administrator; one array, so that the tenant index stays usable.';
revoke all on function private.organizations_open_to_caller(text) from public, anon, authenticated, service_role;
grant execute on function private.organizations_open_to_caller(text) to authenticated, service_role;

-- Rights --------------------------------------------------------------------------------------------

revoke all on table public.organizations, public.organization_members, public.profiles
    from public, anon, authenticated, service_role;
grant select, update (name) on table public.organizations to authenticated;
grant select on table public.organization_members to authenticated;
grant select, insert (id, full_name, locale), update (full_name, locale) on table public.profiles to authenticated;
grant select, insert, update, delete on table public.organizations, public.organization_members, public.profiles
    to service_role;

alter table public.organizations enable row level security;
alter table public.organization_members enable row level security;
alter table public.profiles enable row level security;

drop policy if exists organizations_select on public.organizations;
create policy organizations_select on public.organizations for select to authenticated
    using (id = any ((select private.organizations_open_to_caller('viewer'))::uuid[]));
comment on policy organizations_select on public.organizations is 'Members see their organizations; super administrators see all.';

drop policy if exists organizations_update on public.organizations;
create policy organizations_update on public.organizations for update to authenticated
    using (id = any ((select private.organizations_of_caller('admin'))::uuid[]))
    with check (id = any ((select private.organizations_of_caller('admin'))::uuid[]));
comment on policy organizations_update on public.organizations is 'Admins and owners rename their organization (the column grant allows nothing else).';

drop policy if exists organization_members_select on public.organization_members;
create policy organization_members_select on public.organization_members for select to authenticated
    using (organization_id = any ((select private.organizations_open_to_caller('viewer'))::uuid[]));
comment on policy organization_members_select on public.organization_members is 'Members see who else belongs to their organizations; super administrators see all.';

drop policy if exists profiles_select on public.profiles;
create policy profiles_select on public.profiles for select to authenticated
    using (id = (select auth.uid()));
comment on policy profiles_select on public.profiles is 'Users see their own profile.';

drop policy if exists profiles_insert on public.profiles;
create policy profiles_insert on public.profiles for insert to authenticated
    with check (id = (select auth.uid()));
comment on policy profiles_insert on public.profiles is 'Users create their own profile.';

drop policy if exists profiles_update on public.profiles;
create policy profiles_update on public.profiles for update to authenticated
    using (id = (select auth.uid()))
    with check (id = (select auth.uid()));
comment on policy profiles_update on public.profiles is 'Users change their own profile.';
