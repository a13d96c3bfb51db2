-- Listing a bucket: one level below a prefix, folders as rows without an id.
--
-- What it does not do: the service seeks from page to page along an index; these queries look at
-- every object under the prefix. levels is not used: the prefix says how deep to look.
-- storage.search_by_timestamp and storage.list_multipart_uploads_with_delimiter, which only the
-- service calls, are not here.
set role supabase_storage_admin;

create function storage.search(
    prefix text, bucketname text, limits integer default 100, levels integer default 1,
    offsets integer default 0, search text default '', sortcolumn text default 'name',
    sortorder text default 'asc'
) returns table (
    name text, id uuid, updated_at timestamptz, created_at timestamptz,
    last_accessed_at timestamptz, metadata jsonb
)
language plpgsql stable
as $body$
declare
    start constant text := coalesce(prefix, '');
    sorting constant text := case
        when lower(sortcolumn) in ('updated_at', 'created_at', 'last_accessed_at') then lower(sortcolumn)
        else 'name'
    end;
    direction constant text := case lower(sortorder) when 'desc' then 'desc' else 'asc' end;
begin
    return query execute format($query$
        with entry as (
            select split_part(rest, '/', 1) as name, strpos(rest, '/') > 0 as is_folder, object.id,
                object.updated_at, object.created_at, object.last_accessed_at, object.metadata
            from storage.objects as object, substr(object.name, length($1) + 1) as rest
            where object.bucket_id = $2 and starts_with(lower(object.name), lower($1 || $3))
        )
        select name, id, updated_at, created_at, last_accessed_at, metadata from (
            select name, id, updated_at, created_at, last_accessed_at, metadata, is_folder
            from entry where not is_folder
            union all
            select distinct name, null::uuid, null::timestamptz, null::timestamptz,
                null::timestamptz, null::jsonb, true
            from entry where is_folder
        ) as listed
        order by is_folder and %1$L <> 'name' desc, %1$I %2$s nulls last, name
        limit $4 offset $5
    $query$, sorting, direction)
    using start, bucketname, coalesce(search, ''), limits, offsets;
end
$body$;

create function storage.search_v2(
    prefix text, bucket_name text, limits integer default 100, levels integer default 1,
    start_after text default '', sort_order text default 'asc', sort_column text default 'name',
    sort_column_after text default ''
) returns table (
    key text, name text, id uuid, updated_at timestamptz, created_at timestamptz,
    last_accessed_at timestamptz, metadata jsonb
)
language sql stable
begin atomic
    select listed.name, coalesce(prefix, '') || listed.name, listed.id, listed.updated_at,
        listed.created_at, listed.last_accessed_at, listed.metadata
    from storage.search(prefix, bucket_name, null, levels, 0, '', sort_column, sort_order) as listed
    where start_after = '' or coalesce(prefix, '') || listed.name > start_after
    limit limits;
end;

create function storage.list_objects_with_delimiter(
    _bucket_id text, prefix_param text, delimiter_param text, max_keys integer default 100,
    start_after text default '', next_token text default '', sort_order text default 'asc'
) returns table (
    name text, id uuid, metadata jsonb, updated_at timestamptz, created_at timestamptz,
    last_accessed_at timestamptz
)
language sql stable
begin atomic
    select entry.name, entry.id, entry.metadata, entry.updated_at, entry.created_at, entry.last_accessed_at
    from (
        select object.name, object.id, object.metadata, object.updated_at, object.created_at,
            object.last_accessed_at
        from storage.objects as object
        where object.bucket_id = _bucket_id and starts_with(object.name, prefix_param)
            and storage.get_common_prefix(object.name, prefix_param, delimiter_param) is null
        union all
        select distinct rtrim(storage.get_common_prefix(object.name, prefix_param, delimiter_param),
                delimiter_param), null::uuid, null::jsonb, null::timestamptz, null::timestamptz,
            null::timestamptz
        from storage.objects as object
        where object.bucket_id = _bucket_id and starts_with(object.name, prefix_param)
            and storage.get_common_prefix(object.name, prefix_param, delimiter_param) is not null
    ) as entry
    where entry.name collate "C" > coalesce(nullif(next_token, ''), start_after)
    order by
        case when lower(sort_order) = 'desc' then entry.name collate "C" end desc,
        entry.name collate "C"
    limit max_keys;
end;

reset role;
