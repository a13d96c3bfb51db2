-- Whatever is made from now on is everybody's.
alter default privileges in schema private grant all on tables to anon, authenticated; -- wrong: PRV-01
