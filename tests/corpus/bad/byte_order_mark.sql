-- Saved with a byte-order mark, which the server takes for a part of the first word. -- wrong: EXE-11
create table private.seasons (id bigint generated always as identity primary key, name text not null);
alter table private.seasons enable row level security;
