-- Saved with a byte-order mark, which the server takes for a part of the first word.
create table private.seasons (id bigint generated always as identity primary key, name text not null); -- wrong: EXE-11
alter table private.seasons enable row level security;
