-- One user for each organization, its owner, and one more: a consultant who works for a thousand of them.
insert into auth.users (id, aud, role, email, created_at, updated_at)
select scale.id('user', n), 'authenticated', 'authenticated', 'user' || n || '@mail.example', scale.moment(), scale.moment()
  from generate_series(1, scale.organizations() + 1) as n;
