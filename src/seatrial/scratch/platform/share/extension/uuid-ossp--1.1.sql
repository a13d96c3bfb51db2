-- Stand-in for uuid-ossp, in SQL.
-- What it does not do: version 1 identifiers carry a random node, not the address of a network
-- card, so uuid_generate_v1 and uuid_generate_v1mc are the same; two of them made in one
-- tenth of a microsecond differ by their random clock sequence, not by a counter.

create function uuid_nil() returns uuid
language sql immutable strict parallel safe
return '00000000-0000-0000-0000-000000000000'::uuid;

create function uuid_ns_dns() returns uuid
language sql immutable strict parallel safe
return '6ba7b810-9dad-11d1-80b4-00c04fd430c8'::uuid;

create function uuid_ns_url() returns uuid
language sql immutable strict parallel safe
return '6ba7b811-9dad-11d1-80b4-00c04fd430c8'::uuid;

create function uuid_ns_oid() returns uuid
language sql immutable strict parallel safe
return '6ba7b812-9dad-11d1-80b4-00c04fd430c8'::uuid;

create function uuid_ns_x500() returns uuid
language sql immutable strict parallel safe
return '6ba7b814-9dad-11d1-80b4-00c04fd430c8'::uuid;

create function uuid_generate_v4() returns uuid
language sql volatile strict parallel safe
return gen_random_uuid();

create function uuid_generate_v1mc() returns uuid
language plpgsql volatile strict parallel safe
as $body$
declare
    -- RFC 9562: tenths of a microsecond since the beginning of the Gregorian calendar.
    ticks constant bigint := 122192928000000000
        + (extract(epoch from clock_timestamp()) * 1000000)::bigint * 10;
    random constant bytea := uuid_send(gen_random_uuid());
    raw bytea := substr(int8send(ticks), 5, 4) || substr(int8send(ticks), 3, 2)
        || substr(int8send(ticks), 1, 2) || substr(random, 9, 8);
begin
    raw := set_byte(raw, 6, (get_byte(raw, 6) & 15) | 16);
    raw := set_byte(raw, 10, get_byte(random, 0) | 1);
    return encode(raw, 'hex')::uuid;
end
$body$;

create function uuid_generate_v1() returns uuid
language sql volatile strict parallel safe
begin atomic
    select uuid_generate_v1mc();
end;

create function uuid_generate_v3(namespace uuid, name text) returns uuid
language plpgsql immutable strict parallel safe
as $body$
declare
    raw bytea := decode(md5(uuid_send(namespace) || convert_to(name, 'UTF8')), 'hex');
begin
    raw := set_byte(raw, 6, (get_byte(raw, 6) & 15) | 48);
    raw := set_byte(raw, 8, (get_byte(raw, 8) & 63) | 128);
    return encode(raw, 'hex')::uuid;
end
$body$;

create function uuid_generate_v5(namespace uuid, name text) returns uuid
language plpgsql immutable strict parallel safe
as $body$
declare
    -- SHA-1 (RFC 3174) of namespace and name: the server has no built-in for it.
    message bytea := uuid_send(namespace) || convert_to(name, 'UTF8');
    bits constant bigint := length(message) * 8;
    mask constant bigint := 4294967295;
    word bigint[];
    h0 bigint := 1732584193;
    h1 bigint := 4023233417;
    h2 bigint := 2562383102;
    h3 bigint := 271733878;
    h4 bigint := 3285377520;
    a bigint; b bigint; c bigint; d bigint; e bigint; f bigint; k bigint; w bigint;
    raw bytea;
begin
    message := message || '\x80'::bytea;
    message := message || decode(repeat('00', (120 - length(message) % 64) % 64), 'hex') || int8send(bits);
    for block in 0 .. length(message) / 64 - 1 loop
        word := '{}';
        a := h0; b := h1; c := h2; d := h3; e := h4;
        for t in 0 .. 79 loop
            if t < 16 then
                w := ('x' || encode(substr(message, block * 64 + t * 4 + 1, 4), 'hex'))::bit(32)::bigint;
            else
                w := word[t - 2] # word[t - 7] # word[t - 13] # word[t - 15];
                w := ((w << 1) | (w >> 31)) & mask;
            end if;
            word := word || w;
            if t < 20 then
                f := (b & c) | ((~b) & mask & d); k := 1518500249;
            elsif t < 40 then
                f := b # c # d; k := 1859775393;
            elsif t < 60 then
                f := (b & c) | (b & d) | (c & d); k := 2400959708;
            else
                f := b # c # d; k := 3395469782;
            end if;
            f := (((a << 5) | (a >> 27)) + f + e + k + w) & mask;
            e := d; d := c; c := ((b << 30) | (b >> 2)) & mask; b := a; a := f;
        end loop;
        h0 := (h0 + a) & mask; h1 := (h1 + b) & mask; h2 := (h2 + c) & mask;
        h3 := (h3 + d) & mask; h4 := (h4 + e) & mask;
    end loop;
    raw := substr(int8send(h0), 5) || substr(int8send(h1), 5) || substr(int8send(h2), 5)
        || substr(int8send(h3), 5);
    raw := set_byte(raw, 6, (get_byte(raw, 6) & 15) | 80);
    raw := set_byte(raw, 8, (get_byte(raw, 8) & 63) | 128);
    return encode(raw, 'hex')::uuid;
end
$body$;
