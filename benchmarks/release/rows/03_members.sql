-- Every organization has an owner; as many members again are spread, most of them over the large organizations.
insert into public.organization_members (organization_id, user_id, role, status, created_at, updated_at)
select scale.id('organization', n), scale.id('user', n), 'owner', 'active', scale.moment(), scale.moment()
  from generate_series(1, scale.organizations()) as n;

insert into public.organization_members (organization_id, user_id, role, status, created_at, updated_at)
select scale.id('organization', membership.organization), scale.id('user', membership.person),
       case when scale.noise(membership.n, 4) < 0.15 then 'admin' when scale.noise(membership.n, 4) < 0.75 then 'member' else 'viewer' end,
       case when scale.noise(membership.n, 5) < 0.92 then 'active' when scale.noise(membership.n, 5) < 0.97 then 'invited' else 'suspended' end,
       scale.moment(), scale.moment()
  from (
       -- Not by `holder`: even the largest organization has some hundreds of members, not thousands.
       select distinct on (organization, person) organization, person, n
         from (
              select n, 1 + floor(scale.organizations() * scale.noise(n, 2) * scale.noise(n, 2))::bigint as organization,
                     1 + floor(scale.organizations() * scale.noise(n, 3))::bigint as person
                from generate_series(1, scale.organizations()) as n
         ) as drawn
        where organization <> person
        order by organization, person, n
  ) as membership
 order by membership.n;

-- The consultant, as a member of 1,000 organizations or of a twentieth.
insert into public.organization_members (organization_id, user_id, role, status, created_at, updated_at)
select scale.id('organization', n), scale.id('user', scale.organizations() + 1), 'member', 'active', scale.moment(), scale.moment()
  from generate_series(greatest(20, scale.organizations() / 1000), scale.organizations(), greatest(20, scale.organizations() / 1000)) as n;
