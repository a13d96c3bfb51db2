-- Stand-in for pgcrypto, in SQL, for a server that was built without a cryptographic library.
-- What is right: digest, hmac and gen_random_uuid give what pgcrypto gives, for md5, sha1,
-- sha224, sha256, sha384 and sha512.
-- What it does not do:
-- * crypt is no bcrypt, MD5-crypt or DES. It is a one-way function with the same prefix and
--   length, so crypt(p, crypt(p, salt)) gives the same again; a password hash made elsewhere
--   never matches, and none made here may be used elsewhere. It is not slow, so it resists nobody.
-- * encrypt, decrypt and pgp_sym_* are reversible with the right key, and only with each other.
--   They are not AES, not Blowfish and not OpenPGP, and options are ignored.
-- * Public-key functions and armor raise feature_not_supported.
-- * gen_random_bytes draws from the generator of gen_random_uuid.
-- Functions that call others are written as parsed bodies, so that they follow a SET SCHEMA.

create function digest(bytea, text) returns bytea
language plpgsql immutable strict parallel safe
as $body$
declare
    message bytea := $1;
    bits constant bigint := length($1)::bigint * 8;
    mask constant bigint := 4294967295;
    word bigint[];
    h0 bigint := 1732584193;
    h1 bigint := 4023233417;
    h2 bigint := 2562383102;
    h3 bigint := 271733878;
    h4 bigint := 3285377520;
    a bigint; b bigint; c bigint; d bigint; e bigint; f bigint; k bigint; w bigint;
begin
    case lower($2)
        when 'md5' then return decode(md5($1), 'hex');
        when 'sha224' then return sha224($1);
        when 'sha256' then return sha256($1);
        when 'sha384' then return sha384($1);
        when 'sha512' then return sha512($1);
        when 'sha1' then null;
        else raise exception 'Cannot use "%": No such hash algorithm', $2
            using errcode = 'invalid_parameter_value';
    end case;
    -- SHA-1 (RFC 3174): the server has no built-in for it.
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
    return substr(int8send(h0), 5) || substr(int8send(h1), 5) || substr(int8send(h2), 5)
        || substr(int8send(h3), 5) || substr(int8send(h4), 5);
end
$body$;

create function digest(text, text) returns bytea
language sql immutable strict parallel safe
begin atomic
    select digest(convert_to($1, getdatabaseencoding()), $2);
end;

create function seatrial_xor(data bytea, pattern bytea) returns bytea
language plpgsql immutable strict parallel safe
as $body$
declare
    mixed bytea := data;
begin
    for place in 0 .. length(data) - 1 loop
        mixed := set_byte(mixed, place, get_byte(data, place) # get_byte(pattern, place % length(pattern)));
    end loop;
    return mixed;
end
$body$;

create function hmac(bytea, bytea, text) returns bytea
language sql immutable strict parallel safe
begin atomic
    -- RFC 2104. The block is 64 bytes, or 128 for the two long members of the SHA-2 family.
    select digest(
        seatrial_xor(key.padded, '\x5c')
            || digest(seatrial_xor(key.padded, '\x36') || $1, $3),
        $3)
    from (select case when lower($3) in ('sha384', 'sha512') then 128 else 64 end as size) as block
    cross join lateral (
        select case when length($2) > block.size then digest($2, $3) else $2 end as short
    ) as cut
    cross join lateral (
        select cut.short || decode(repeat('00', block.size - length(cut.short)), 'hex') as padded
    ) as key;
end;

create function hmac(text, text, text) returns bytea
language sql immutable strict parallel safe
begin atomic
    select hmac(
        convert_to($1, getdatabaseencoding()), convert_to($2, getdatabaseencoding()), $3);
end;

create function gen_random_uuid() returns uuid
language sql volatile parallel safe
return pg_catalog.gen_random_uuid();

create function gen_random_bytes(integer) returns bytea
language plpgsql volatile strict parallel safe
as $body$
declare
    drawn bytea := '';
begin
    if $1 not between 1 and 1024 then
        raise exception 'Length not in range' using errcode = 'external_routine_invocation_exception';
    end if;
    while length(drawn) < $1 loop
        drawn := drawn || sha256(uuid_send(pg_catalog.gen_random_uuid()) || uuid_send(pg_catalog.gen_random_uuid()));
    end loop;
    return substr(drawn, 1, $1);
end
$body$;

create function gen_salt(text, integer) returns text
language plpgsql volatile strict parallel safe
as $body$
declare
    letters constant text := translate(
        encode(sha256(uuid_send(pg_catalog.gen_random_uuid()) || uuid_send(pg_catalog.gen_random_uuid())), 'base64'),
        '+=', './');
begin
    case lower($1)
        when 'bf' then
            if $2 not between 4 and 31 and $2 <> 0 then
                raise exception 'gen_salt: Incorrect number of rounds'
                    using errcode = 'external_routine_invocation_exception';
            end if;
            return '$2a$' || lpad((case $2 when 0 then 6 else $2 end)::text, 2, '0') || '$' || left(letters, 22);
        when 'md5' then return '$1$' || left(letters, 8);
        when 'xdes' then return '_J9..' || left(letters, 4);
        when 'des' then return left(letters, 2);
        when 'sha256crypt' then return '$5$' || left(letters, 16);
        when 'sha512crypt' then return '$6$' || left(letters, 16);
        else raise exception 'gen_salt: Unknown salt algorithm'
            using errcode = 'external_routine_invocation_exception';
    end case;
end
$body$;

create function gen_salt(text) returns text
language sql volatile strict parallel safe
begin atomic
    select gen_salt($1, 0);
end;

create function crypt(text, text) returns text
language plpgsql immutable strict parallel safe
as $body$
declare
    -- The part of a stored hash that is salt, so that a hash can be used as its own salt.
    salt constant text := case
        when $2 ~ '^\$2[abxy]\$[0-9]{2}\$.{22}' then left($2, 29)
        when $2 ~ '^\$[156]\$' then substring($2 from '^\$[156]\$[^$]{1,16}')
        when $2 ~ '^_.{8}' then left($2, 9)
        when length($2) >= 2 then left($2, 2)
    end;
    letters text;
begin
    if salt is null then
        raise exception 'invalid salt' using errcode = 'external_routine_invocation_exception';
    end if;
    letters := translate(
        encode(sha512(convert_to(salt || chr(31) || $1, 'UTF8')), 'base64'), E'+=\n', './');
    return salt || case
        when salt like '$2%' then left(letters, 31)
        when salt like '$1$%' then '$' || left(letters, 22)
        when salt like '$5$%' then '$' || left(letters, 43)
        when salt like '$6$%' then '$' || left(letters, 86)
        else left(letters, 11)
    end;
end
$body$;

create function seatrial_stream(data bytea, key bytea, salt bytea) returns bytea
language plpgsql immutable strict parallel safe
as $body$
declare
    stream bytea := '';
    mixed bytea := data;
begin
    for block in 0 .. length(data) / 32 loop
        stream := stream || sha256(key || salt || int4send(block));
    end loop;
    for place in 0 .. length(data) - 1 loop
        mixed := set_byte(mixed, place, get_byte(data, place) # get_byte(stream, place));
    end loop;
    return mixed;
end
$body$;

create function encrypt(bytea, bytea, text) returns bytea
language sql immutable strict parallel safe
begin atomic
    select seatrial_stream($1, $2, convert_to($3, 'UTF8'));
end;

create function decrypt(bytea, bytea, text) returns bytea
language sql immutable strict parallel safe
begin atomic
    select seatrial_stream($1, $2, convert_to($3, 'UTF8'));
end;

create function encrypt_iv(bytea, bytea, bytea, text) returns bytea
language sql immutable strict parallel safe
begin atomic
    select seatrial_stream($1, $2, $3 || convert_to($4, 'UTF8'));
end;

create function decrypt_iv(bytea, bytea, bytea, text) returns bytea
language sql immutable strict parallel safe
begin atomic
    select seatrial_stream($1, $2, $3 || convert_to($4, 'UTF8'));
end;

create function pgp_sym_encrypt_bytea(bytea, text, text) returns bytea
language sql volatile strict parallel safe
begin atomic
    -- A random salt, then four bytes that tell a wrong key from a right one, then the data.
    select salt || seatrial_stream(substr(sha256($1), 1, 4) || $1, convert_to($2, 'UTF8'), salt)
    from (select gen_random_bytes(16) as salt) as drawn;
end;

create function pgp_sym_encrypt_bytea(bytea, text) returns bytea
language sql volatile strict parallel safe
begin atomic
    select pgp_sym_encrypt_bytea($1, $2, '');
end;

create function pgp_sym_encrypt(text, text, text) returns bytea
language sql volatile strict parallel safe
begin atomic
    select pgp_sym_encrypt_bytea(convert_to($1, getdatabaseencoding()), $2, $3);
end;

create function pgp_sym_encrypt(text, text) returns bytea
language sql volatile strict parallel safe
begin atomic
    select pgp_sym_encrypt_bytea(convert_to($1, getdatabaseencoding()), $2, '');
end;

create function seatrial_checked(opened bytea) returns bytea
language plpgsql immutable strict parallel safe
as $body$
begin
    if substr(opened, 1, 4) is distinct from substr(sha256(substr(opened, 5)), 1, 4) then
        raise exception 'Wrong key or corrupt data' using errcode = 'external_routine_invocation_exception';
    end if;
    return substr(opened, 5);
end
$body$;

create function pgp_sym_decrypt_bytea(bytea, text, text) returns bytea
language sql immutable strict parallel safe
begin atomic
    select seatrial_checked(
        seatrial_stream(substr($1, 17), convert_to($2, 'UTF8'), substr($1, 1, 16)));
end;

create function pgp_sym_decrypt_bytea(bytea, text) returns bytea
language sql immutable strict parallel safe
begin atomic
    select pgp_sym_decrypt_bytea($1, $2, '');
end;

create function pgp_sym_decrypt(bytea, text, text) returns text
language sql immutable strict parallel safe
begin atomic
    select convert_from(pgp_sym_decrypt_bytea($1, $2, $3), getdatabaseencoding());
end;

create function pgp_sym_decrypt(bytea, text) returns text
language sql immutable strict parallel safe
begin atomic
    select convert_from(pgp_sym_decrypt_bytea($1, $2, ''), getdatabaseencoding());
end;

create function seatrial_refuse() returns void
language plpgsql immutable parallel safe
as $body$
begin
    raise exception 'the stand-in for pgcrypto has no public keys and no armor'
        using errcode = 'feature_not_supported';
end
$body$;

-- The rest of pgcrypto: there to be granted and called for, and refusing.

create function armor(bytea) returns text
language sql immutable strict parallel safe
begin atomic
    select null::text from seatrial_refuse();
end;

create function armor(bytea, text[], text[]) returns text
language sql immutable strict parallel safe
begin atomic
    select null::text from seatrial_refuse();
end;

create function dearmor(text) returns bytea
language sql immutable strict parallel safe
begin atomic
    select null::bytea from seatrial_refuse();
end;

create function pgp_key_id(bytea) returns text
language sql immutable strict parallel safe
begin atomic
    select null::text from seatrial_refuse();
end;

create function pgp_pub_decrypt(bytea, bytea) returns text
language sql immutable strict parallel safe
begin atomic
    select null::text from seatrial_refuse();
end;

create function pgp_pub_decrypt(bytea, bytea, text) returns text
language sql immutable strict parallel safe
begin atomic
    select null::text from seatrial_refuse();
end;

create function pgp_pub_decrypt(bytea, bytea, text, text) returns text
language sql immutable strict parallel safe
begin atomic
    select null::text from seatrial_refuse();
end;

create function pgp_pub_decrypt_bytea(bytea, bytea) returns bytea
language sql immutable strict parallel safe
begin atomic
    select null::bytea from seatrial_refuse();
end;

create function pgp_pub_decrypt_bytea(bytea, bytea, text) returns bytea
language sql immutable strict parallel safe
begin atomic
    select null::bytea from seatrial_refuse();
end;

create function pgp_pub_decrypt_bytea(bytea, bytea, text, text) returns bytea
language sql immutable strict parallel safe
begin atomic
    select null::bytea from seatrial_refuse();
end;

create function pgp_pub_encrypt(text, bytea) returns bytea
language sql volatile strict parallel safe
begin atomic
    select null::bytea from seatrial_refuse();
end;

create function pgp_pub_encrypt(text, bytea, text) returns bytea
language sql volatile strict parallel safe
begin atomic
    select null::bytea from seatrial_refuse();
end;

create function pgp_pub_encrypt_bytea(bytea, bytea) returns bytea
language sql volatile strict parallel safe
begin atomic
    select null::bytea from seatrial_refuse();
end;

create function pgp_pub_encrypt_bytea(bytea, bytea, text) returns bytea
language sql volatile strict parallel safe
begin atomic
    select null::bytea from seatrial_refuse();
end;

create function pgp_armor_headers(text, out key text, out value text) returns setof record
language sql immutable strict parallel safe
begin atomic
    select null::text, null::text from seatrial_refuse();
end;
