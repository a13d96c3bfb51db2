create table private.inbox (
  id bigint generated always as identity primary key,
  state text not null default 'new'
);
alter table private.inbox enable row level security;
alter table private.inbox alter column state set default 'unread';
alter table private.inbox add constraint inbox_state check (state in ('unread', 'read'));
create index inbox_by_state on private.inbox (state);
