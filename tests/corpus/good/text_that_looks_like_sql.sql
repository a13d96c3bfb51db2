create table private.help_texts (
  key text primary key,
  body text not null
);
alter table private.help_texts enable row level security;
insert into private.help_texts (key, body) values
  ('danger', 'Never type "drop table contacts; commit;" into the console.'),
  ('policies', $text$create policy p on t using (true)$text$),
  ('meta', E'\\i file.sql\n\\connect other');
