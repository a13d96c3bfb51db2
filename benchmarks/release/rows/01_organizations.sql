-- One row for each organization.
insert into public.organizations (id, name, created_at, updated_at)
select scale.id('organization', n), 'Organization ' || n, made.at, made.at
  from generate_series(1, scale.organizations()) as n
 cross join lateral (select scale.moment() - scale.noise(n, 1) * interval '1000 days' as at) as made;
