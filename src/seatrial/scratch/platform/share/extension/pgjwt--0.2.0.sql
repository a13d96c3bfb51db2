-- Stand-in for pgjwt: signs and verifies tokens with HS256, HS384 and HS512, as pgjwt does.
-- What it does not do: no other algorithm, as pgjwt.

create function url_encode(data bytea) returns text
language sql immutable
return translate(encode(data, 'base64'), E'+/=\n', '-_');

create function url_decode(data text) returns bytea
language sql immutable
return decode(rpad(translate(data, '-_', '+/'), (length(data) + 3) / 4 * 4, '='), 'base64');

create function algorithm_sign(signables text, secret text, algorithm text) returns text
language sql immutable
begin atomic
    -- An algorithm that is not known gives an empty name, which hmac refuses.
    select url_encode(hmac(signables, secret, case algorithm
        when 'HS256' then 'sha256' when 'HS384' then 'sha384' when 'HS512' then 'sha512' else ''
    end));
end;

create function sign(payload json, secret text, algorithm text default 'HS256') returns text
language sql immutable
begin atomic
    select signed || '.' || algorithm_sign(signed, secret, algorithm)
    from (
        select url_encode(convert_to('{"alg":"' || algorithm || '","typ":"JWT"}', 'utf8')) || '.'
            || url_encode(convert_to(payload::text, 'utf8')) as signed
    ) as parts;
end;

create function try_cast_double(inp text) returns double precision
language plpgsql immutable
as $body$
begin
    return inp::double precision;
exception when others then
    return null;
end
$body$;

create function verify(token text, secret text, algorithm text default 'HS256')
returns table (header json, payload json, valid boolean)
language sql immutable
begin atomic
    select convert_from(url_decode(part[1]), 'utf8')::json,
        convert_from(url_decode(part[2]), 'utf8')::json,
        part[3] = algorithm_sign(part[1] || '.' || part[2], secret, algorithm)
            and tstzrange(
                to_timestamp(try_cast_double(convert_from(url_decode(part[2]), 'utf8')::json ->> 'nbf')),
                to_timestamp(try_cast_double(convert_from(url_decode(part[2]), 'utf8')::json ->> 'exp'))
            ) @> current_timestamp
    from string_to_array(token, '.') as part;
end;
