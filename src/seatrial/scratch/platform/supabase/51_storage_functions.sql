-- Functions of the storage service that policies and migrations call.
set role supabase_storage_admin;

create function storage.foldername(name text) returns text[]
language plpgsql immutable
as $body$
declare
    parts constant text[] := string_to_array(name, '/');
begin
    return parts[:array_length(parts, 1) - 1];
end
$body$;

create function storage.filename(name text) returns text
language plpgsql immutable
as $body$
begin
    return split_part(name, '/', -1);
end
$body$;

create function storage.extension(name text) returns text
language plpgsql immutable
as $body$
begin
    return split_part(split_part(name, '/', -1), '.', -1);
end
$body$;

create function storage.operation() returns text
language plpgsql stable
as $body$
begin
    return current_setting('storage.operation', true);
end
$body$;

create function storage.allow_any_operation(expected_operations text[]) returns boolean
language sql stable
as $body$
    -- Names compare with and without the prefix "storage."
    select coalesce(bool_or(
        regexp_replace(storage.operation(), '^storage\.', '') = regexp_replace(wanted, '^storage\.', '')
    ), false)
    from unnest(expected_operations) as wanted
    where wanted <> ''
$body$;

create function storage.allow_only_operation(expected_operation text) returns boolean
language sql stable
as $body$
    select storage.allow_any_operation(array[expected_operation])
$body$;

create function storage.get_common_prefix(p_key text, p_prefix text, p_delimiter text) returns text
language sql immutable
as $body$
    -- The key up to the first delimiter after the prefix; null when the key is a leaf.
    select p_prefix || split_part(rest, p_delimiter, 1) || p_delimiter
    from substr(p_key, length(p_prefix) + 1) as rest
    where strpos(rest, p_delimiter) > 0
$body$;

create function storage.get_size_by_bucket() returns table (size bigint, bucket_id text)
language plpgsql stable
as $body$
begin
    return query
        select sum((object.metadata ->> 'size')::bigint)::bigint, object.bucket_id
        from storage.objects as object
        group by object.bucket_id;
end
$body$;

create function storage.can_insert_object(bucketid text, name text, owner uuid, metadata jsonb)
returns void
language plpgsql
as $body$
begin
    insert into storage.objects (bucket_id, name, owner, metadata)
    values (bucketid, name, owner, metadata);
    -- The row was allowed. The service asks only that, so the insert is undone by an error
    -- that it knows.
    raise exception using errcode = 'PT200', message = 'ROLLBACK', detail = 'the insert was allowed';
end
$body$;

create function storage.enforce_bucket_name_length() returns trigger
language plpgsql
as $body$
begin
    if length(new.name) > 100 then
        raise exception 'the bucket name has % characters, 100 are allowed', length(new.name);
    end if;
    return new;
end
$body$;

create function storage.update_updated_at_column() returns trigger
language plpgsql
as $body$
begin
    new.updated_at := now();
    return new;
end
$body$;

create function storage.protect_delete() returns trigger
language plpgsql
as $body$
begin
    if coalesce(current_setting('storage.allow_delete_query', true), '') <> 'true' then
        raise exception 'rows of %.% cannot be deleted by SQL', tg_table_schema, tg_table_name
            using errcode = 'insufficient_privilege',
                  hint = 'Delete through the Storage API, which also deletes the files.';
    end if;
    return null;
end
$body$;

create trigger enforce_bucket_name_length_trigger
    before insert or update of name on storage.buckets
    for each row execute function storage.enforce_bucket_name_length();
create trigger update_objects_updated_at
    before update on storage.objects
    for each row execute function storage.update_updated_at_column();
create trigger protect_buckets_delete
    before delete on storage.buckets
    for each statement execute function storage.protect_delete();
create trigger protect_objects_delete
    before delete on storage.objects
    for each statement execute function storage.protect_delete();

reset role;
