-- The organizations in which the caller is an active member, by the release's own function.
select private.organizations_of_caller('viewer')::text[] as organizations
