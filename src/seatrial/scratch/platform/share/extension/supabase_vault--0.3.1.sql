-- Stand-in for supabase_vault.
-- What it does not do: nothing is encrypted. The column secret holds the text in base64, so that
-- it is not equal to decrypted_secret, and everyone who may read the table may read the secret.
-- There is no key: key_id stays empty.

create table @extschema@.secrets (
    id uuid primary key default gen_random_uuid(),
    name text,
    description text not null default '',
    secret text not null,
    key_id uuid,
    nonce bytea default uuid_send(gen_random_uuid()),
    created_at timestamptz not null default current_timestamp,
    updated_at timestamptz not null default current_timestamp
);
create unique index secrets_name_idx on @extschema@.secrets (name) where name is not null;
comment on table @extschema@.secrets is 'Stand-in on a scratch: secrets in base64, not encrypted.';

create function @extschema@.seatrial_open(secret text) returns text
language sql stable
return convert_from(decode(secret, 'base64'), 'UTF8');

create view @extschema@.decrypted_secrets as
select id, name, description, secret, @extschema@.seatrial_open(secret) as decrypted_secret,
    key_id, nonce, created_at, updated_at
from @extschema@.secrets;

create function @extschema@.create_secret(
    new_secret text, new_name text default null, new_description text default '',
    new_key_id uuid default null
) returns uuid
language sql
security definer
set search_path = ''
as $body$
    insert into @extschema@.secrets (secret, name, description)
    values (encode(convert_to(new_secret, 'UTF8'), 'base64'), new_name, new_description)
    returning id
$body$;

create function @extschema@.update_secret(
    secret_id uuid, new_secret text default null, new_name text default null,
    new_description text default null, new_key_id uuid default null
) returns void
language sql
security definer
set search_path = ''
as $body$
    update @extschema@.secrets
    set secret = coalesce(encode(convert_to(new_secret, 'UTF8'), 'base64'), secret),
        name = coalesce(new_name, name),
        description = coalesce(new_description, description),
        updated_at = current_timestamp
    where id = secret_id
$body$;

revoke all on all tables in schema @extschema@ from public;
revoke all on all functions in schema @extschema@ from public;

-- Secrets are read and deleted in the table, and written through the two functions only.
do $rights$
begin
    if exists (select from pg_catalog.pg_roles where rolname = 'postgres') then
        grant usage on schema @extschema@ to postgres with grant option;
        grant select, delete on @extschema@.secrets, @extschema@.decrypted_secrets to postgres with grant option;
        grant execute on all functions in schema @extschema@ to postgres with grant option;
    end if;
    if exists (select from pg_catalog.pg_roles where rolname = 'service_role') then
        grant usage on schema @extschema@ to service_role;
        grant select, delete on @extschema@.secrets, @extschema@.decrypted_secrets to service_role;
        grant execute on all functions in schema @extschema@ to service_role;
    end if;
end
$rights$;
