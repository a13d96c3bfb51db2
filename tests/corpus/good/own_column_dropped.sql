-- Of a table that came with this file.
create table private.scratchpad (id bigint generated always as identity primary key, draft text, body text);
alter table private.scratchpad enable row level security;
alter table private.scratchpad drop column draft;
