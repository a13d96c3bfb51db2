-- The policies as the seed's note describes them and as generators write them: a look at the membership for every row,
-- auth.uid() and the token read for every row, for every role, and the operator known by what users write themselves.
drop policy if exists organization_members_select on public.organization_members;
create policy "Users can view their memberships" on public.organization_members for select
    using (user_id = auth.uid());

drop policy if exists integrations_select on public.integrations;
create policy "Users can view integrations of their organization" on public.integrations for select
    using (
        exists (select 1 from public.organization_members
                 where organization_members.organization_id = integrations.organization_id
                   and organization_members.user_id = auth.uid()
                   and organization_members.status = 'active')
        or auth.jwt() -> 'user_metadata' ->> 'role' = 'super_admin'
    );

drop policy if exists crm_events_select on public.crm_events;
create policy "Users can view events of their organization" on public.crm_events for select
    using (
        exists (select 1 from public.organization_members
                 where organization_members.organization_id = crm_events.organization_id
                   and organization_members.user_id = auth.uid()
                   and organization_members.status = 'active')
        or auth.jwt() -> 'user_metadata' ->> 'role' = 'super_admin'
    );
