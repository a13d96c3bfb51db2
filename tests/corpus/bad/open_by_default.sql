-- Whatever is made from now on is everybody's.
alter default privileges in schema private grant all on tables to anon, authenticated; -- wrong: PRV-01
alter default privileges in schema public grant execute on functions to public; -- wrong: PRV-01
