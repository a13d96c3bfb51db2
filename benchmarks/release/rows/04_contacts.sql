-- Two for each organization, in the mean; one in a hundred was met at the harbour.
insert into public.contacts (id, organization_id, full_name, email, company, notes, last_contact_at, created_at, updated_at)
select scale.id('contact', n), scale.id('organization', scale.holder(n, 10)),
       initcap(left(md5('first' || n), 6)) || ' ' || initcap(left(md5('last' || n), 8)),
       'contact' || n || '@mail.example', 'Company ' || n % 5000,
       case when n % 100 = 0 then 'Met at the harbour, ' else '' end || 'note ' || n % 37,
       case when scale.noise(n, 11) < 0.8 then scale.moment() - scale.noise(n, 12) * interval '400 days' end,
       scale.moment() - interval '400 days', scale.moment() - interval '400 days'
  from generate_series(1, scale.contacts()) as n;
