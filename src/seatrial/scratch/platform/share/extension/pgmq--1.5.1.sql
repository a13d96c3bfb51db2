-- Stand-in for pgmq: queues that work, in SQL.
-- What it does not do:
-- * create_partitioned raises feature_not_supported: it needs pg_partman.
-- * read_with_poll looks once and does not wait; nobody else writes on a scratch.
-- * Queue tables are no members of the extension, so DROP EXTENSION leaves them.

create table @extschema@.meta (
    queue_name varchar unique not null,
    is_partitioned boolean not null,
    is_unlogged boolean not null,
    created_at timestamptz not null default now()
);

create type @extschema@.message_record as (
    msg_id bigint, read_ct integer, enqueued_at timestamptz, vt timestamptz, message jsonb, headers jsonb
);
create type @extschema@.queue_record as (
    queue_name varchar, is_partitioned boolean, is_unlogged boolean, created_at timestamptz
);
create type @extschema@.metrics_result as (
    queue_name text, queue_length bigint, newest_msg_age_sec integer, oldest_msg_age_sec integer,
    total_messages bigint, scrape_time timestamptz, queue_visible_length bigint
);

create function @extschema@.validate_queue_name(queue_name text) returns void
language plpgsql
as $body$
begin
    -- The longest name of a table that is made from it must fit into an identifier.
    if length(queue_name) > 47 then
        raise exception 'queue name is too long, maximum length is 47 characters';
    end if;
end
$body$;

create function @extschema@.format_table_name(queue_name text, prefix text) returns text
language plpgsql
as $body$
begin
    if queue_name ~ '[$;'']|--' then
        raise exception 'queue name contains invalid characters: $, ;, --, or ''';
    end if;
    return lower(prefix || '_' || queue_name);
end
$body$;

create function @extschema@.seatrial_create(queue_name text, unlogged boolean) returns void
language plpgsql
as $body$
declare
    queue constant text := @extschema@.format_table_name(queue_name, 'q');
    archive constant text := @extschema@.format_table_name(queue_name, 'a');
begin
    perform @extschema@.validate_queue_name(queue_name);
    execute format('create %s table if not exists @extschema@.%I (
            msg_id bigint primary key generated always as identity,
            read_ct integer not null default 0,
            enqueued_at timestamptz not null default now(),
            vt timestamptz not null,
            message jsonb,
            headers jsonb)', case when unlogged then 'unlogged' end, queue);
    execute format('create table if not exists @extschema@.%I (
            msg_id bigint primary key,
            read_ct integer not null default 0,
            enqueued_at timestamptz not null default now(),
            archived_at timestamptz not null default now(),
            vt timestamptz not null,
            message jsonb,
            headers jsonb)', archive);
    execute format('create index if not exists %I on @extschema@.%I (vt)', queue || '_vt_idx', queue);
    execute format('create index if not exists %I on @extschema@.%I (archived_at)',
        'archived_at_idx_' || queue_name, archive);
    insert into @extschema@.meta (queue_name, is_partitioned, is_unlogged)
    values (seatrial_create.queue_name, false, unlogged)
    on conflict do nothing;
end
$body$;

create function @extschema@.create(queue_name text) returns void
language sql
begin atomic
    select @extschema@.seatrial_create(queue_name, false);
end;

create function @extschema@.create_non_partitioned(queue_name text) returns void
language sql
begin atomic
    select @extschema@.seatrial_create(queue_name, false);
end;

create function @extschema@.create_unlogged(queue_name text) returns void
language sql
begin atomic
    select @extschema@.seatrial_create(queue_name, true);
end;

create function @extschema@.create_partitioned(
    queue_name text, partition_interval text default '10000', retention_interval text default '100000'
) returns void
language plpgsql
as $body$
begin
    raise exception 'the stand-in for pgmq has no partitioned queues' using errcode = 'feature_not_supported';
end
$body$;

create function @extschema@.drop_queue(queue_name text) returns boolean
language plpgsql
as $body$
begin
    execute format('drop table if exists @extschema@.%I', @extschema@.format_table_name(queue_name, 'q'));
    execute format('drop table if exists @extschema@.%I', @extschema@.format_table_name(queue_name, 'a'));
    delete from @extschema@.meta as queue where queue.queue_name = drop_queue.queue_name;
    return true;
end
$body$;

create function @extschema@.drop_queue(queue_name text, partitioned boolean) returns boolean
language sql
begin atomic
    select @extschema@.drop_queue(queue_name);
end;

create function @extschema@.detach_archive(queue_name text) returns void
language sql
begin atomic
    select;
end;

create function @extschema@.list_queues() returns setof @extschema@.queue_record
language sql
begin atomic
    select queue_name, is_partitioned, is_unlogged, created_at from @extschema@.meta;
end;

create function @extschema@.send_batch(
    queue_name text, msgs jsonb[], headers jsonb[], delay timestamptz
) returns setof bigint
language plpgsql
as $body$
begin
    return query execute format('insert into @extschema@.%I (vt, message, headers)
            select $1, message, header
            from unnest($2, $3) with ordinality as sent (message, header, place)
            order by place
            returning msg_id', @extschema@.format_table_name(queue_name, 'q'))
        using delay, msgs, coalesce(headers, '{}');
end
$body$;

create function @extschema@.send_batch(queue_name text, msgs jsonb[]) returns setof bigint
language sql
begin atomic
    select @extschema@.send_batch(queue_name, msgs, null::jsonb[], clock_timestamp());
end;

create function @extschema@.send_batch(queue_name text, msgs jsonb[], headers jsonb[]) returns setof bigint
language sql
begin atomic
    select @extschema@.send_batch(queue_name, msgs, headers, clock_timestamp());
end;

create function @extschema@.send_batch(queue_name text, msgs jsonb[], delay integer) returns setof bigint
language sql
begin atomic
    select @extschema@.send_batch(queue_name, msgs, null::jsonb[], clock_timestamp() + make_interval(secs => delay));
end;

create function @extschema@.send_batch(queue_name text, msgs jsonb[], delay timestamptz) returns setof bigint
language sql
begin atomic
    select @extschema@.send_batch(queue_name, msgs, null::jsonb[], delay);
end;

create function @extschema@.send_batch(queue_name text, msgs jsonb[], headers jsonb[], delay integer)
returns setof bigint
language sql
begin atomic
    select @extschema@.send_batch(queue_name, msgs, headers, clock_timestamp() + make_interval(secs => delay));
end;

create function @extschema@.send(queue_name text, msg jsonb, headers jsonb, delay timestamptz)
returns setof bigint
language sql
begin atomic
    select @extschema@.send_batch(queue_name, array[msg], array[headers], delay);
end;

create function @extschema@.send(queue_name text, msg jsonb) returns setof bigint
language sql
begin atomic
    select @extschema@.send(queue_name, msg, null::jsonb, clock_timestamp());
end;

create function @extschema@.send(queue_name text, msg jsonb, headers jsonb) returns setof bigint
language sql
begin atomic
    select @extschema@.send(queue_name, msg, headers, clock_timestamp());
end;

create function @extschema@.send(queue_name text, msg jsonb, delay integer) returns setof bigint
language sql
begin atomic
    select @extschema@.send(queue_name, msg, null::jsonb, clock_timestamp() + make_interval(secs => delay));
end;

create function @extschema@.send(queue_name text, msg jsonb, delay timestamptz) returns setof bigint
language sql
begin atomic
    select @extschema@.send(queue_name, msg, null::jsonb, delay);
end;

create function @extschema@.send(queue_name text, msg jsonb, headers jsonb, delay integer)
returns setof bigint
language sql
begin atomic
    select @extschema@.send(queue_name, msg, headers, clock_timestamp() + make_interval(secs => delay));
end;

create function @extschema@.read(queue_name text, vt integer, qty integer, conditional jsonb default '{}')
returns setof @extschema@.message_record
language plpgsql
as $body$
begin
    -- A message that is read stays out of sight for vt seconds.
    return query execute format('with taken as (
                select msg_id from @extschema@.%1$I
                where vt <= clock_timestamp() and ($3 = ''{}'' or message @> $3)
                order by msg_id
                limit $2
                for update skip locked
            )
            update @extschema@.%1$I as queue
            set vt = clock_timestamp() + make_interval(secs => $1), read_ct = queue.read_ct + 1
            from taken
            where queue.msg_id = taken.msg_id
            returning queue.msg_id, queue.read_ct, queue.enqueued_at, queue.vt, queue.message, queue.headers',
            @extschema@.format_table_name(queue_name, 'q'))
        using vt, qty, conditional;
end
$body$;

create function @extschema@.read_with_poll(
    queue_name text, vt integer, qty integer, max_poll_seconds integer default 5,
    poll_interval_ms integer default 100, conditional jsonb default '{}'
) returns setof @extschema@.message_record
language sql
begin atomic
    select * from @extschema@.read(queue_name, vt, qty, conditional);
end;

create function @extschema@.pop(queue_name text) returns setof @extschema@.message_record
language plpgsql
as $body$
begin
    return query execute format('delete from @extschema@.%1$I
            where msg_id = (
                select msg_id from @extschema@.%1$I where vt <= clock_timestamp()
                order by msg_id limit 1 for update skip locked
            )
            returning msg_id, read_ct, enqueued_at, vt, message, headers',
        @extschema@.format_table_name(queue_name, 'q'));
end
$body$;

create function @extschema@.set_vt(queue_name text, msg_id bigint, vt integer)
returns setof @extschema@.message_record
language plpgsql
as $body$
begin
    return query execute format('update @extschema@.%I
            set vt = clock_timestamp() + make_interval(secs => $1)
            where msg_id = $2
            returning msg_id, read_ct, enqueued_at, vt, message, headers',
            @extschema@.format_table_name(queue_name, 'q'))
        using vt, msg_id;
end
$body$;

create function @extschema@.delete(queue_name text, msg_ids bigint[]) returns setof bigint
language plpgsql
as $body$
begin
    return query execute format('delete from @extschema@.%I where msg_id = any ($1) returning msg_id',
            @extschema@.format_table_name(queue_name, 'q'))
        using msg_ids;
end
$body$;

create function @extschema@.delete(queue_name text, msg_id bigint) returns boolean
language sql
begin atomic
    select exists (select from @extschema@.delete(queue_name, array[msg_id]));
end;

create function @extschema@.archive(queue_name text, msg_ids bigint[]) returns setof bigint
language plpgsql
as $body$
begin
    return query execute format('with moved as (
                delete from @extschema@.%I where msg_id = any ($1)
                returning msg_id, read_ct, enqueued_at, vt, message, headers
            )
            insert into @extschema@.%I (msg_id, read_ct, enqueued_at, vt, message, headers)
            select * from moved
            returning msg_id',
            @extschema@.format_table_name(queue_name, 'q'), @extschema@.format_table_name(queue_name, 'a'))
        using msg_ids;
end
$body$;

create function @extschema@.archive(queue_name text, msg_id bigint) returns boolean
language sql
begin atomic
    select exists (select from @extschema@.archive(queue_name, array[msg_id]));
end;

create function @extschema@.purge_queue(queue_name text) returns bigint
language plpgsql
as $body$
declare
    purged bigint;
begin
    execute format('delete from @extschema@.%I', @extschema@.format_table_name(queue_name, 'q'));
    get diagnostics purged = row_count;
    return purged;
end
$body$;

create function @extschema@.metrics(queue_name text) returns @extschema@.metrics_result
language plpgsql
as $body$
declare
    queue constant text := @extschema@.format_table_name(queue_name, 'q');
    answer @extschema@.metrics_result;
begin
    execute format('select $1, count(*), extract(epoch from now() - max(enqueued_at))::integer,
            extract(epoch from now() - min(enqueued_at))::integer,
            (select case when is_called then last_value else 0 end from @extschema@.%I),
            now(), count(*) filter (where vt <= now())
            from @extschema@.%I', queue || '_msg_id_seq', queue)
        using queue_name into answer;
    return answer;
end
$body$;

create function @extschema@.metrics_all() returns setof @extschema@.metrics_result
language sql
begin atomic
    select (@extschema@.metrics(queue_name)).* from @extschema@.meta;
end;

-- The queues of a project belong to postgres, which makes them.
do $rights$
begin
    if exists (select from pg_catalog.pg_roles where rolname = 'postgres') then
        grant all on schema @extschema@ to postgres with grant option;
        grant all on all functions in schema @extschema@ to postgres with grant option;
        alter table @extschema@.meta owner to postgres;
    end if;
end
$rights$;
grant usage on schema @extschema@ to pg_monitor;
grant select on @extschema@.meta to pg_monitor;
