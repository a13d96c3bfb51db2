-- Stand-in for http: its types and functions, so that functions which call it can be created.
-- What it does not do: it makes no request. Every call raises feature_not_supported, so a
-- migration that calls out while it runs fails here, with this reason.

create domain http_method as text;
create domain content_type as text check (value ~ '^\S+\/\S+');
create type http_header as (field varchar, value varchar);
create type http_response as (
    status integer, content_type varchar, headers http_header[], content varchar
);
create type http_request as (
    method http_method, uri varchar, headers http_header[], content_type varchar, content varchar
);

create function http(request http_request) returns http_response
language plpgsql
as $body$
begin
    raise exception 'a scratch makes no network call: % %', (request).method, (request).uri
        using errcode = 'feature_not_supported';
end
$body$;

create function http_header(field varchar, value varchar) returns http_header
language sql
return row(field, value)::http_header;

create function http_get(uri varchar) returns http_response
language sql
begin atomic
    select http(row('GET', uri, null, null, null)::http_request);
end;

create function http_get(uri varchar, data jsonb) returns http_response
language sql
begin atomic
    select http(row('GET', uri, null, null, data::text)::http_request);
end;

create function http_head(uri varchar) returns http_response
language sql
begin atomic
    select http(row('HEAD', uri, null, null, null)::http_request);
end;

create function http_post(uri varchar, content varchar, content_type varchar) returns http_response
language sql
begin atomic
    select http(row('POST', uri, null, content_type, content)::http_request);
end;

create function http_post(uri varchar, data jsonb) returns http_response
language sql
begin atomic
    select http(row('POST', uri, null, 'application/x-www-form-urlencoded', data::text)::http_request);
end;

create function http_put(uri varchar, content varchar, content_type varchar) returns http_response
language sql
begin atomic
    select http(row('PUT', uri, null, content_type, content)::http_request);
end;

create function http_patch(uri varchar, content varchar, content_type varchar) returns http_response
language sql
begin atomic
    select http(row('PATCH', uri, null, content_type, content)::http_request);
end;

create function http_delete(uri varchar) returns http_response
language sql
begin atomic
    select http(row('DELETE', uri, null, null, null)::http_request);
end;

create function http_delete(uri varchar, content varchar, content_type varchar) returns http_response
language sql
begin atomic
    select http(row('DELETE', uri, null, content_type, content)::http_request);
end;

create function http_set_curlopt(curlopt varchar, value varchar) returns boolean
language sql
return true;

create function http_reset_curlopt() returns boolean
language sql
return true;

create function urlencode(string bytea) returns text
language sql immutable strict
begin atomic
    select coalesce(string_agg(
        case
            when byte between 48 and 57 or byte between 65 and 90 or byte between 97 and 122
                or byte in (45, 46, 95, 126) then chr(byte)
            else '%' || upper(lpad(to_hex(byte), 2, '0'))
        end, '' order by place), '')
    from (
        select get_byte(string, place) as byte, place
        from generate_series(0, length(string) - 1) as place
    ) as bytes;
end;

create function urlencode(string varchar) returns text
language sql immutable strict
begin atomic
    select urlencode(convert_to(string, 'UTF8'));
end;
