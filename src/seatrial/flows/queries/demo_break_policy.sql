-- A hotfix that means to protect integrations: admins, who keep them, are not among those who may write any more.
DROP POLICY integrations_insert ON public.integrations;
CREATE POLICY integrations_insert ON public.integrations FOR INSERT TO authenticated
    WITH CHECK (organization_id = ANY ((SELECT private.organizations_of_caller('owner'))::uuid[]));
DROP POLICY integrations_update ON public.integrations;
CREATE POLICY integrations_update ON public.integrations FOR UPDATE TO authenticated
    USING (organization_id = ANY ((SELECT private.organizations_open_to_caller('viewer'))::uuid[]))
    WITH CHECK (organization_id = ANY ((SELECT private.organizations_of_caller('owner'))::uuid[]));
