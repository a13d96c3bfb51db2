create view public.active_members with (security_invoker) as
select member.user_id, organization.name
from public.organization_members as member
join public.organizations as organization on organization.id = member.organization_id
where member.status = 'active';
comment on view public.active_members is 'Who works for which customer today.';
