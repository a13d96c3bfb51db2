-- Integrations of an organization with the services it uses: one row per organization and type.
--
-- Credentials do not live here. They are in private.integration_credentials, encrypted by the service,
-- which no client role can read by any path; so "select *" on this table keeps working and leaks nothing.
-- A new type is a new row in public.integration_types: no constraint has to be replaced, no table locked.

-- Types ---------------------------------------------------------------------------------------------

create table if not exists public.integration_types (
    integration_type text        not null,
    label            text        not null,
    description      text        not null default '',
    created_at       timestamptz not null default now(),
    constraint integration_types_pkey primary key (integration_type),
    constraint integration_types_integration_type_check check (integration_type ~ '^[a-z][a-z0-9_]{0,49}$')
);
do $block$ begin
    perform private.require_columns('public.integration_types', array[
        'integration_type text not null', 'label text not null', 'description text not null',
        'created_at timestamp with time zone not null']);
end $block$;
comment on table public.integration_types is 'The types that an integration can have, the same for every organization; add a row to add a type.';
comment on column public.integration_types.integration_type is 'Identifier of the type.';
comment on column public.integration_types.label is 'Name shown to users.';
comment on column public.integration_types.description is 'What an integration of this type does.';
comment on column public.integration_types.created_at is 'When the type was added.';
comment on constraint integration_types_integration_type_check on public.integration_types is 'Small letters, digits and underscores, beginning with a letter.';

insert into public.integration_types (integration_type, label, description) values
    ('whatsapp', 'WhatsApp', 'Messages through the WhatsApp Business platform.'),
    ('email', 'E-mail', 'Messages through a mail server.'),
    ('telegram', 'Telegram', 'Messages through a Telegram bot.'),
    ('sms', 'SMS', 'Short messages through a telephone carrier.'),
    ('webhook', 'Webhook', 'Calls to an address of the organization when something happens.'),
    ('calendar', 'Calendar', 'Appointments in a shared calendar.'),
    ('ai', 'AI', 'A language model that agents use.')
on conflict (integration_type) do nothing;

-- Integrations --------------------------------------------------------------------------------------

create table if not exists public.integrations (
    id               uuid        not null default gen_random_uuid(),
    organization_id  uuid        not null,
    integration_type text        not null,
    is_active        boolean     not null default false,
    status           text        not null default 'inactive',
    configuration    jsonb       not null default '{}',
    last_sync_at     timestamptz,
    last_error       text,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    constraint integrations_pkey primary key (id),
    constraint integrations_organization_id_integration_type_key unique (organization_id, integration_type),
    constraint integrations_id_organization_id_key unique (id, organization_id),
    constraint integrations_organization_id_fkey foreign key (organization_id)
        references public.organizations (id) on delete cascade,
    constraint integrations_integration_type_fkey foreign key (integration_type)
        references public.integration_types (integration_type),
    constraint integrations_status_check check (status in ('active', 'inactive', 'error', 'rate_limited')),
    constraint integrations_configuration_check check (jsonb_typeof(configuration) = 'object')
);
do $block$ begin
    perform private.require_columns('public.integrations', array[
        'id uuid not null', 'organization_id uuid not null', 'integration_type text not null',
        'is_active boolean not null', 'status text not null', 'configuration jsonb not null',
        'last_sync_at timestamp with time zone', 'last_error text',
        'created_at timestamp with time zone not null', 'updated_at timestamp with time zone not null']);
end $block$;
comment on table public.integrations is 'Connections of an organization to outside services, one per type; credentials are kept elsewhere.';
comment on column public.integrations.id is 'Identifier of the integration.';
comment on column public.integrations.organization_id is 'The organization it belongs to; never changes.';
comment on column public.integrations.integration_type is 'Which service it connects to; see integration_types.';
comment on column public.integrations.is_active is 'Whether the organization wants it to be used.';
comment on column public.integrations.status is 'How it is: active, inactive, error or rate_limited, as the service last saw it.';
comment on column public.integrations.configuration is 'Settings without secrets; every member can read them.';
comment on column public.integrations.last_sync_at is 'When it last exchanged data; null means never.';
comment on column public.integrations.last_error is 'What went wrong last, without secrets; null after a success.';
comment on column public.integrations.created_at is 'When the integration was created.';
comment on column public.integrations.updated_at is 'When the row last changed; set by trigger.';
comment on constraint integrations_organization_id_integration_type_key on public.integrations is 'One integration per organization and type; also the organization index.';
comment on constraint integrations_id_organization_id_key on public.integrations is 'Target of children''s foreign keys, so that they stay within the organization; begins with the identifier, so that no plan takes it for the organization''s integrations in order.';
comment on constraint integrations_organization_id_fkey on public.integrations is 'Integrations go with their organization.';
comment on constraint integrations_integration_type_fkey on public.integrations is 'A known type; a new one is a row in integration_types.';
comment on constraint integrations_status_check on public.integrations is 'The states of an integration.';
comment on constraint integrations_configuration_check on public.integrations is 'Settings are a JSON object.';

create index if not exists idx_integrations_type on public.integrations (integration_type, last_sync_at nulls first);
comment on index public.idx_integrations_type is 'Serves: integrations of one type, least recently synchronised first (workers of the service); deletion of a type.';
create index if not exists idx_integrations_activity on public.integrations (is_active, updated_at);
comment on index public.idx_integrations_activity is 'Serves: integrations switched off for long, for the scheduled clean-up.';
create index if not exists idx_integrations_status on public.integrations (status, updated_at desc);
comment on index public.idx_integrations_status is 'Serves: integrations in error or rate limited, latest first (operators of the service).';

-- Credentials ---------------------------------------------------------------------------------------

create table if not exists private.integration_credentials (
    organization_id  uuid        not null,
    integration_id   uuid        not null,
    ciphertext       bytea       not null,
    nonce            bytea       not null,
    wrapped_key      bytea       not null,
    wrapped_key_nonce bytea      not null,
    key_id           text        not null,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    rotated_at       timestamptz,
    constraint integration_credentials_pkey primary key (organization_id, integration_id),
    constraint integration_credentials_integration_of_organization_fkey foreign key (organization_id, integration_id)
        references public.integrations (organization_id, id) on delete cascade,
    constraint integration_credentials_ciphertext_check check (octet_length(ciphertext) >= 16),
    constraint integration_credentials_nonce_check check (octet_length(nonce) = 12),
    constraint integration_credentials_wrapped_key_check check (octet_length(wrapped_key) = 48),
    constraint integration_credentials_wrapped_key_nonce_check check (octet_length(wrapped_key_nonce) = 12),
    constraint integration_credentials_key_id_check check (length(key_id) between 1 and 200)
);
do $block$ begin
    perform private.require_columns('private.integration_credentials', array[
        'organization_id uuid not null', 'integration_id uuid not null', 'ciphertext bytea not null',
        'nonce bytea not null', 'wrapped_key bytea not null', 'wrapped_key_nonce bytea not null',
        'key_id text not null', 'created_at timestamp with time zone not null',
        'updated_at timestamp with time zone not null', 'rotated_at timestamp with time zone']);
end $block$;
comment on table private.integration_credentials is
    'Secrets of integrations, sealed by the service with AES-256-GCM: the secret under a data key of its own, the data key under a master key that never enters the database.';
comment on column private.integration_credentials.organization_id is 'The organization; part of the authenticated data, so that a row copied to another one does not open.';
comment on column private.integration_credentials.integration_id is 'The integration that the secret is for; part of the authenticated data.';
comment on column private.integration_credentials.ciphertext is 'The sealed secret with its 16-byte tag.';
comment on column private.integration_credentials.nonce is '12 bytes, new for every sealing of the secret.';
comment on column private.integration_credentials.wrapped_key is 'The 32-byte data key, sealed under the master key, with its 16-byte tag.';
comment on column private.integration_credentials.wrapped_key_nonce is '12 bytes, new for every sealing of the data key.';
comment on column private.integration_credentials.key_id is 'Which master key seals the data key.';
comment on column private.integration_credentials.created_at is 'When the secret was first stored.';
comment on column private.integration_credentials.updated_at is 'When the row last changed; set by trigger.';
comment on column private.integration_credentials.rotated_at is 'When the data key was last sealed under a new master key; null means never.';
comment on constraint integration_credentials_integration_of_organization_fkey on private.integration_credentials is 'The integration belongs to the same organization; its secret goes with it.';
comment on constraint integration_credentials_ciphertext_check on private.integration_credentials is 'At least the tag.';
comment on constraint integration_credentials_nonce_check on private.integration_credentials is 'The length that GCM wants.';
comment on constraint integration_credentials_wrapped_key_check on private.integration_credentials is 'A 32-byte key and a 16-byte tag.';
comment on constraint integration_credentials_wrapped_key_nonce_check on private.integration_credentials is 'The length that GCM wants.';
comment on constraint integration_credentials_key_id_check on private.integration_credentials is 'Not empty.';

-- Triggers ------------------------------------------------------------------------------------------

create or replace trigger set_updated_at before update on public.integrations
    for each row execute function private.set_updated_at();
comment on trigger set_updated_at on public.integrations is 'Keeps updated_at true.';
create or replace trigger keep_organization before update of organization_id on public.integrations
    for each row when (old.organization_id is distinct from new.organization_id)
    execute function private.keep_organization();
comment on trigger keep_organization on public.integrations is 'An integration stays with its organization.';
create or replace trigger set_updated_at before update on private.integration_credentials
    for each row execute function private.set_updated_at();
comment on trigger set_updated_at on private.integration_credentials is 'Keeps updated_at true.';

-- Rights --------------------------------------------------------------------------------------------

revoke all on table public.integration_types, public.integrations, private.integration_credentials
    from public, anon, authenticated, service_role;
grant select on table public.integration_types to authenticated;
grant select, insert, update, delete on table public.integrations to authenticated;
grant select, insert, update, delete on table public.integration_types, public.integrations, private.integration_credentials
    to service_role;

alter table public.integration_types enable row level security;
alter table public.integrations enable row level security;
-- No policy on purpose: whoever is subject to row security sees nothing here, even if granted by mistake.
alter table private.integration_credentials enable row level security;

-- A super administrator sees every organization, and an array of them would be made for every statement: at a million
-- organizations that takes a second or more. So what is open to them is a range, whose beginning is null for everybody
-- else: with the members' array it makes two conditions of one index, and no query has to look at every row, as with
-- "… or (select private.caller_is_super_admin())". Of a range whose ends it does not know the planner expects one row in
-- two hundred, and would walk any index that has the order which a query with LIMIT asks for, in hope of meeting one
-- soon; that the beginning is the lowest identifier is said once more because it expects that one time in two hundred.
create or replace function private.first_organization_of_super_admin()
returns uuid
language sql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select case when private.caller_is_super_admin() then '00000000-0000-0000-0000-000000000000'::uuid end
$function$;
comment on function private.first_organization_of_super_admin() is
    'Where the organizations begin that are open to the caller as super administrator: at the lowest identifier there is; null, and so nowhere, for everybody else.';
revoke all on function private.first_organization_of_super_admin() from public, anon, authenticated, service_role;
grant execute on function private.first_organization_of_super_admin() to authenticated, service_role;

drop policy if exists integration_types_select on public.integration_types;
create policy integration_types_select on public.integration_types for select to authenticated
    using (true);
comment on policy integration_types_select on public.integration_types is 'Every signed-in user may know which types there are; they belong to nobody.';

drop policy if exists integrations_select on public.integrations;
create policy integrations_select on public.integrations for select to authenticated
    using (organization_id = any ((select private.organizations_of_caller('viewer'))::uuid[])
           or (organization_id >= (select private.first_organization_of_super_admin())
               and organization_id <= 'ffffffff-ffff-ffff-ffff-ffffffffffff'
               and (select private.first_organization_of_super_admin()) = '00000000-0000-0000-0000-000000000000'));
comment on policy integrations_select on public.integrations is 'Every active member reads the organization''s integrations; super administrators read all.';

-- Whoever changes or deletes rows finds them first, by the policy above and its index, so these need no range.
drop policy if exists integrations_insert on public.integrations;
create policy integrations_insert on public.integrations for insert to authenticated
    with check (organization_id = any ((select private.organizations_of_caller('admin'))::uuid[]) or (select private.caller_is_super_admin()));
comment on policy integrations_insert on public.integrations is 'Admins and owners add integrations; super administrators for every organization.';

drop policy if exists integrations_update on public.integrations;
create policy integrations_update on public.integrations for update to authenticated
    using (organization_id = any ((select private.organizations_of_caller('admin'))::uuid[]) or (select private.caller_is_super_admin()))
    with check (organization_id = any ((select private.organizations_of_caller('admin'))::uuid[]) or (select private.caller_is_super_admin()));
comment on policy integrations_update on public.integrations is 'Admins and owners change integrations; super administrators those of every organization.';

drop policy if exists integrations_delete on public.integrations;
create policy integrations_delete on public.integrations for delete to authenticated
    using (organization_id = any ((select private.organizations_of_caller('admin'))::uuid[]) or (select private.caller_is_super_admin()));
comment on policy integrations_delete on public.integrations is 'Admins and owners delete integrations; super administrators those of every organization.';
