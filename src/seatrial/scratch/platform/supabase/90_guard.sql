-- What the platform refuses on its tables.
--
-- On the platform a server library lets postgres manage the policies of some tables, and drop
-- their triggers, without owning them. PostgreSQL alone knows only ownership, so on a scratch
-- these tables belong to seatrial_platform_tables, postgres has the rights of that role, and the
-- event triggers below refuse whatever else an owner could do. Everything else in the platform's
-- schemas belongs to roles that postgres is no member of, and is refused by PostgreSQL itself.
set client_min_messages = warning;

create schema if not exists seatrial_platform;
comment on schema seatrial_platform is 'Only on a scratch: stands in for a server library of the platform.';
revoke all on schema seatrial_platform from public;

create table seatrial_platform.shared_tables (
    relation regclass primary key,
    -- The rights that postgres may pass on, as the platform lets it; and those that are given.
    grantable text[] not null,
    rights aclitem[]
);

insert into seatrial_platform.shared_tables (relation, grantable)
select name::regclass, case
        when name in ('storage.buckets', 'storage.objects') then '{all}'::text[]
        when name like 'auth.%' then '{SELECT}'
        else '{}'
    end
from unnest(array[
    'auth.audit_log_entries', 'auth.identities', 'auth.refresh_tokens', 'auth.sessions',
    'auth.users', 'realtime.messages', 'realtime.subscription', 'storage.buckets',
    'storage.migrations', 'storage.objects', 'storage.s3_multipart_uploads',
    'storage.s3_multipart_uploads_parts'
]) as name;

do $owners$
declare
    shared record;
begin
    for shared in
        select nspname as home, relname as name
        from seatrial_platform.shared_tables
        join pg_class on pg_class.oid = relation
        join pg_namespace on pg_namespace.oid = relnamespace
    loop
        execute format('alter table %I.%I owner to seatrial_platform_tables', shared.home, shared.name);
        execute format('grant all on %I.%I to supabase_%s_admin', shared.home, shared.name, shared.home);
    end loop;
end
$owners$;

create function seatrial_platform.refuse(relation regclass) returns void
language plpgsql
set search_path = ''
as $body$
begin
    raise exception 'must be owner of table %', (select relname from pg_catalog.pg_class where oid = relation)
        using errcode = 'insufficient_privilege',
              hint = 'On the platform postgres manages policies and triggers of this table, nothing else.';
end
$body$;

create function seatrial_platform.touched_table(class oid, object oid) returns regclass
language sql stable security definer
set search_path = ''
as $body$
    -- The platform table that an object belongs to, with which it cannot be changed; else null.
    -- Whoever asks need not be allowed to use the platform's schemas.
    select shared.relation
    from seatrial_platform.shared_tables as shared
    where shared.relation in (
        select object where class = 'pg_catalog.pg_class'::regclass
        union all
        select indrelid from pg_catalog.pg_index
        where class = 'pg_catalog.pg_class'::regclass and indexrelid = object
        union all
        select inhparent from pg_catalog.pg_inherits
        where class = 'pg_catalog.pg_class'::regclass and inhrelid = object
            and object <> 'realtime.messages_scratch'::regclass
        union all
        select conrelid from pg_catalog.pg_constraint
        where class = 'pg_catalog.pg_constraint'::regclass and oid = object
        union all
        select ev_class from pg_catalog.pg_rewrite
        where class = 'pg_catalog.pg_rewrite'::regclass and oid = object
        union all
        select stxrelid from pg_catalog.pg_statistic_ext
        where class = 'pg_catalog.pg_statistic_ext'::regclass and oid = object
        union all
        select tgrelid from pg_catalog.pg_trigger
        where class = 'pg_catalog.pg_trigger'::regclass and oid = object
    )
$body$;

create function seatrial_platform.guard_ddl() returns event_trigger
language plpgsql
as $body$
declare
    touched regclass;
begin
    if (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
        return;
    end if;
    select found_in.relation into touched
    from pg_event_trigger_ddl_commands() as command,
        seatrial_platform.touched_table(command.classid, command.objid) as found_in (relation)
    where command.command_tag <> 'CREATE TRIGGER' and found_in.relation is not null
    limit 1;
    if found then
        perform seatrial_platform.refuse(touched);
    end if;
end
$body$;

create function seatrial_platform.guard_drop() returns event_trigger
language plpgsql
as $body$
declare
    dropped record;
begin
    if (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
        return;
    end if;
    -- The objects are gone, so they are known by name only. Nobody but the platform owns anything
    -- in its schemas; policies and triggers are the exception, and may go.
    select * into dropped from pg_event_trigger_dropped_objects() as gone
    where gone.original
        and gone.object_type not in ('policy', 'trigger')
        and coalesce(gone.schema_name, gone.address_names[1]) in ('auth', 'realtime', 'storage')
    limit 1;
    if found then
        raise exception 'must be owner of % %', dropped.object_type,
                coalesce(dropped.object_name, dropped.object_identity)
            using errcode = 'insufficient_privilege',
                  hint = 'On the platform postgres manages policies and triggers of this table, nothing else.';
    end if;
end
$body$;

grant usage on schema seatrial_platform to public;
grant select on seatrial_platform.shared_tables to public;

create event trigger seatrial_guard_drop on sql_drop
    execute function seatrial_platform.guard_drop();
create event trigger seatrial_guard_ddl on ddl_command_end
    execute function seatrial_platform.guard_ddl();

reset client_min_messages;
