-- What exported tests need: the kinds of users, how rows are put in, and how something is tried.
create temporary table seatrial_kind (name text primary key, settings jsonb not null) on commit drop;
create temporary table seatrial_seed (
    number integer generated always as identity primary key,
    relation regclass not null,
    content jsonb not null
) on commit drop;
create temporary table seatrial_test (
    number integer generated always as identity primary key,
    kind text not null,
    statement text not null,
    expected text not null,
    title text not null,
    -- Rows are counted without those that were there before ours: a release brings some of its own.
    counted boolean not null,
    earlier text
) on commit drop;

-- Takes rows away that have a key of one that we are going to put in.
create function pg_temp.make_room(relation regclass, content jsonb) returns void language plpgsql as $seatrial$
declare
    key record;
begin
    for key in
        select string_agg('old.' || quote_ident(a.attname), ', ') as old,
               string_agg('new.' || quote_ident(a.attname), ', ') as new
          from pg_catalog.pg_index i
          join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
         where i.indrelid = relation and i.indisunique and i.indexprs is null
         group by i.indexrelid
    loop
        execute format(
            'delete from %1$s old using jsonb_populate_recordset(null::%1$s, $1) new where (%2$s) is not distinct from (%3$s)',
            relation, key.old, key.new) using content;
    end loop;
exception
    -- A table of the platform: what is in the way there stays.
    when insufficient_privilege then null;
end
$seatrial$;

-- Puts rows in; whatever the table computes itself it computes.
create function pg_temp.seed(relation regclass, content jsonb) returns void language plpgsql as $seatrial$
declare
    names text;
    numbered record;
begin
    select string_agg(quote_ident(a.attname), ', ' order by a.attnum) into strict names
      from pg_catalog.pg_attribute a
     where a.attrelid = relation and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
       and content -> 0 ? a.attname::text;
    execute format(
        'insert into %1$s (%2$s) overriding system value select %2$s from jsonb_populate_recordset(null::%1$s, $1) '
        'on conflict do nothing', relation, names) using content;
    -- A number that a seeded row has must not be given out again.
    for numbered in
        select quote_ident(a.attname) as name, s.oid::regclass as sequence
          from pg_catalog.pg_attribute a
          join pg_catalog.pg_class s on s.oid = pg_get_serial_sequence(relation::text, a.attname)::regclass
         where a.attrelid = relation and a.attnum > 0 and not a.attisdropped and pg_has_role(s.relowner, 'usage')
    loop
        execute format('select max(%s)::text from %s', numbered.name, relation) into names;
        if names::numeric > 0 then
            execute format('alter sequence %s restart with %s', numbered.sequence, names::numeric + 1);
        end if;
    end loop;
end
$seatrial$;

-- One attempt as one kind of user: `2 rows`, or the SQLSTATE that it ended with. It is always undone.
create function pg_temp.once(kind text, statement text, mode text) returns text language plpgsql as $seatrial$
declare
    setting record;
    affected bigint;
begin
    perform set_config('session_replication_role', mode, true);
    -- The role comes last: afterwards we are somebody else.
    for setting in
        select s.key, s.value from seatrial_kind k, jsonb_each_text(k.settings) s
         where k.name = kind order by s.key = 'role'
    loop
        perform set_config(setting.key, setting.value, true);
    end loop;
    execute statement;
    get diagnostics affected = row_count;
    raise exception using errcode = 'PT001', message = affected || ' rows';
exception
    when sqlstate 'PT001' then return sqlerrm;
    when others then return sqlstate;
end
$seatrial$;

-- What is refused for another reason than a policy or a privilege is tried without triggers and foreign keys.
create function pg_temp.attempt(kind text, statement text) returns text language plpgsql as $seatrial$
declare
    answer text := pg_temp.once(kind, statement, 'origin');
begin
    if answer !~ ' rows$' and answer not in ('42501', 'P0001') then
        return pg_temp.once(kind, statement, 'replica');
    end if;
    return answer;
end
$seatrial$;

-- Of two answers the rows that are ours.
create function pg_temp.ours(answer text, earlier text) returns text language sql as $seatrial$
    select case when answer ~ ' rows$' and earlier ~ ' rows$'
                then split_part(answer, ' ', 1)::bigint - split_part(earlier, ' ', 1)::bigint || ' rows'
                else answer end
$seatrial$;
