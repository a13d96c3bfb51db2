-- Stand-in for pg_net: requests are written to net.http_request_queue, as pg_net does first.
-- What it does not do: nothing is sent and no worker runs, so net._http_response stays empty,
-- the queue is never emptied, and waiting for an answer raises feature_not_supported.

create schema net;

create domain net.http_method as text check (value ~* '^(get|post|delete)$');
create type net.request_status as enum ('PENDING', 'SUCCESS', 'ERROR');
create type net.http_response as (status_code integer, headers jsonb, body text);
create type net.http_response_result as (
    status net.request_status, message text, response net.http_response
);

create unlogged table net.http_request_queue (
    id bigserial,
    method net.http_method not null,
    url text not null,
    headers jsonb,
    body bytea,
    timeout_milliseconds integer not null
);

create unlogged table net._http_response (
    id bigint,
    status_code integer,
    content_type text,
    headers jsonb,
    content text,
    timed_out boolean,
    error_msg text,
    created timestamptz not null default now()
);

create function net._urlencode_string(string varchar) returns text
language sql immutable
begin atomic
    -- RFC 3986: bytes that are not unreserved become %XX.
    select coalesce(string_agg(
        case
            when byte between 48 and 57 or byte between 65 and 90 or byte between 97 and 122
                or byte in (45, 46, 95, 126) then chr(byte)
            else '%' || upper(lpad(to_hex(byte), 2, '0'))
        end, '' order by place), '')
    from (
        select get_byte(raw, place) as byte, place
        from convert_to(string, 'UTF8') as raw, generate_series(0, length(raw) - 1) as place
    ) as bytes;
end;

create function net._encode_url_with_params_array(url text, params_array text[]) returns text
language sql immutable
return case
    when params_array = '{}' then url
    else url || case when strpos(url, '?') > 0 then '&' else '?' end || array_to_string(params_array, '&')
end;

create function net.seatrial_record(
    method text, url text, params jsonb, headers jsonb, body jsonb, timeout_milliseconds integer
) returns bigint
language sql
begin atomic
    insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
    select method,
        net._encode_url_with_params_array(url, coalesce(array_agg(
            net._urlencode_string(key::varchar) || '=' || net._urlencode_string(value::varchar)
        ) filter (where key is not null), '{}')),
        headers, convert_to(body::text, 'UTF8'), timeout_milliseconds
    from (select) as once left join jsonb_each_text(params) as param (key, value) on true
    returning id;
end;

create function net.http_get(
    url text, params jsonb default '{}', headers jsonb default '{}',
    timeout_milliseconds integer default 5000
) returns bigint
language sql
begin atomic
    select net.seatrial_record('GET', url, params, headers, null, timeout_milliseconds);
end;

create function net.http_post(
    url text, body jsonb default '{}', params jsonb default '{}',
    headers jsonb default '{"Content-Type": "application/json"}',
    timeout_milliseconds integer default 5000
) returns bigint
language plpgsql
as $body$
declare
    content_type constant text := (
        select value from jsonb_each_text(coalesce(headers, '{}'))
        where lower(key) = 'content-type' limit 1
    );
begin
    if content_type <> 'application/json' then
        raise exception 'Content-Type header must be "application/json"';
    end if;
    return net.seatrial_record('POST', url, params,
        case when content_type is null then headers || '{"Content-Type": "application/json"}' else headers end,
        body, timeout_milliseconds);
end
$body$;

create function net.http_delete(
    url text, params jsonb default '{}', headers jsonb default '{}',
    timeout_milliseconds integer default 5000, body jsonb default null
) returns bigint
language sql
begin atomic
    select net.seatrial_record('DELETE', url, params, headers, body, timeout_milliseconds);
end;

create function net._http_collect_response(request_id bigint, async boolean default true)
returns net.http_response_result
language plpgsql
as $body$
begin
    if not async then
        raise exception 'the stand-in for pg_net sends nothing, so no answer will come'
            using errcode = 'feature_not_supported';
    end if;
    return ('ERROR', 'request matching request_id not found', null)::net.http_response_result;
end
$body$;

create function net.http_collect_response(request_id bigint, async boolean default true)
returns net.http_response_result
language sql
begin atomic
    select net._http_collect_response(request_id, async);
end;

create function net.check_worker_is_up() returns void
language plpgsql
as $body$
begin
    raise exception 'the pg_net background worker is not up'
        using detail = 'A scratch has a stand-in for pg_net, which has no worker.';
end
$body$;

create function net.worker_restart() returns boolean
language sql
return false;

create function net.wake() returns void
language sql
begin atomic
    select;
end;

grant usage on schema net to public;
grant all on all sequences in schema net to public;
grant all on all tables in schema net to public;
