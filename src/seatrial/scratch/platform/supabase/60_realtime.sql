-- Broadcast messages of the realtime service, the functions that send them, and the publication.
--
-- What it does not do: nothing is delivered to anybody; a message stays a row of realtime.messages.
-- The service makes a partition for each day; here one partition holds every day.
-- The functions of its change feed (apply_rls, list_changes and what they call) are not here: the
-- service calls them, migrations do not.
set client_min_messages = warning;

create table realtime.messages (
    topic text not null,
    extension text not null,
    payload jsonb,
    event text,
    private boolean default false,
    updated_at timestamp not null default now(),
    inserted_at timestamp not null default now(),
    id uuid not null default gen_random_uuid(),
    binary_payload bytea,
    primary key (id, inserted_at),
    constraint messages_payload_exclusive check (payload is null or binary_payload is null)
) partition by range (inserted_at);
create table realtime.messages_scratch partition of realtime.messages default;
alter table realtime.messages enable row level security;

create type realtime.action as enum ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'ERROR');
create type realtime.equality_op as enum (
    'eq', 'neq', 'lt', 'lte', 'gt', 'gte', 'in', 'like', 'ilike', 'is', 'match', 'imatch', 'isdistinct'
);
create type realtime.user_defined_filter as (
    column_name text, op realtime.equality_op, value text, negate boolean
);

create function realtime.to_regrole(role_name text) returns regrole
language sql immutable
return role_name::regrole;

create table realtime.subscription (
    id bigint generated always as identity primary key,
    subscription_id uuid not null,
    entity regclass not null,
    filters realtime.user_defined_filter[] not null default '{}',
    claims jsonb not null,
    claims_role regrole not null generated always as (realtime.to_regrole(claims ->> 'role')) stored,
    created_at timestamp not null default timezone('utc', now()),
    action_filter text default '*' check (action_filter in ('*', 'INSERT', 'UPDATE', 'DELETE')),
    selected_columns text[]
);

create table realtime.schema_migrations (
    version bigint primary key,
    inserted_at timestamp(0)
);
revoke all on realtime.schema_migrations from postgres, dashboard_user;

create function realtime.topic() returns text
language sql stable
as $body$
    select nullif(current_setting('realtime.topic', true), '')
$body$;

create function realtime.send(payload jsonb, event text, topic text, private boolean default true)
returns void
language plpgsql
as $body$
declare
    message_id constant uuid := gen_random_uuid();
begin
    perform set_config('realtime.topic', topic, true);
    -- A payload names its message, unless it already has an id of its own.
    insert into realtime.messages (id, payload, event, topic, private, extension)
    values (message_id, jsonb_build_object('id', message_id) || payload, event, topic, private, 'broadcast');
exception when others then
    -- As on the platform, a message that cannot be sent does not stop the writer.
    raise warning 'WarnSendingBroadcastMessage: %', sqlerrm;
end
$body$;

create function realtime.send_binary(
    payload bytea, event text, topic text, private boolean default true
) returns void
language plpgsql
as $body$
begin
    perform set_config('realtime.topic', topic, true);
    insert into realtime.messages (binary_payload, event, topic, private, extension)
    values (payload, event, topic, private, 'broadcast');
exception when others then
    raise warning 'WarnSendingBroadcastMessage: %', sqlerrm;
end
$body$;

create function realtime.broadcast_changes(
    topic_name text, event_name text, operation text, table_name text, table_schema text,
    new record, old record, level text default 'ROW'
) returns void
language plpgsql
as $body$
begin
    if level = 'STATEMENT' then
        raise exception 'broadcast_changes works in row triggers only';
    end if;
    if operation not in ('INSERT', 'UPDATE', 'DELETE') then
        raise exception 'broadcast_changes does not know the operation %', operation;
    end if;
    perform realtime.send(
        jsonb_build_object('old_record', old, 'record', new, 'operation', operation,
            'table', table_name, 'schema', table_schema),
        event_name, topic_name);
end
$body$;

grant select, insert, update on realtime.messages to anon, authenticated, service_role;
grant select on realtime.subscription to anon, authenticated, service_role;

alter table realtime.messages_scratch owner to supabase_realtime_admin;
alter type realtime.action owner to supabase_realtime_admin;
alter type realtime.equality_op owner to supabase_realtime_admin;
alter type realtime.user_defined_filter owner to supabase_realtime_admin;
alter function realtime.to_regrole(text) owner to supabase_realtime_admin;
alter function realtime.topic() owner to supabase_realtime_admin;
alter function realtime.send(jsonb, text, text, boolean) owner to supabase_realtime_admin;
alter function realtime.send_binary(bytea, text, text, boolean) owner to supabase_realtime_admin;
alter function realtime.broadcast_changes(text, text, text, text, text, record, record, text)
    owner to supabase_realtime_admin;

-- A publication needs no logical WAL to exist, only to be followed: no warning about it.
set client_min_messages = error;
create publication supabase_realtime with (publish = 'insert, update, delete, truncate');
alter publication supabase_realtime owner to postgres;

reset client_min_messages;
