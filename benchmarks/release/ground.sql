-- What every row is made of: pure functions of its number. {organizations} and {moment} are put in by data.py.
-- No clock and no chance: the same size gives the same rows, older or younger only by when they were made.
create schema scale;
grant usage on schema scale to public;

create function scale.organizations() returns bigint language sql immutable parallel safe
return {organizations}::bigint;

-- What the rows take for now.
create function scale.moment() returns timestamptz language sql immutable parallel safe
return '{moment}'::timestamptz;

create function scale.id(kind text, number bigint) returns uuid language sql immutable parallel safe
return md5(kind || number::text)::uuid;

-- From 0 up to, and without, 1; another series for each salt.
create function scale.noise(number bigint, salt integer) returns double precision language sql immutable parallel safe
return (hashint8extended(number, salt) & 4503599627370495)::double precision / 4503599627370496;

create function scale.any_of(number bigint, salt integer, words text[]) returns text language sql immutable parallel safe
return words[1 + floor(scale.noise(number, salt) * cardinality(words))::integer];

-- Whose the thing is: a few organizations have very many, most have few, and the first has the most: a fixed share,
-- so that it has tens of thousands of events at any size.
create function scale.holder(number bigint, salt integer) returns bigint language sql immutable parallel safe
return case when number % greatest(5, scale.organizations() / 4000) = 0 then 1
            else 1 + floor(scale.organizations() * scale.noise(number, salt) * scale.noise(number, salt))::bigint end;

create function scale.contacts() returns bigint language sql immutable parallel safe
return 2 * scale.organizations();

create function scale.workflows() returns bigint language sql immutable parallel safe
return greatest(scale.organizations() / 2, 1);
