-- Whether the caller may know of an organization: row security decides.
select exists (select from public.organizations o where o.id = %(organization)s) as is_visible
