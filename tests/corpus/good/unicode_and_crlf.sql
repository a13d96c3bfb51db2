-- Größe, naïve, 船: what stands in comments and strings is text.
create table private.vessels (
  id bigint generated always as identity primary key,
  name text not null default 'Schiff „Möwe“ 🚢'
);
alter table private.vessels enable row level security;
comment on table private.vessels is 'Größe in Metern; 船の名前.';
