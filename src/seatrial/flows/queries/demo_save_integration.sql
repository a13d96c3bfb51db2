-- An admin of an organization ($1) saves the settings of an integration ($2), as the REST layer's upsert does.
INSERT INTO public.integrations (organization_id, integration_type, is_active, status)
VALUES ($1::uuid, $2, true, 'active')
ON CONFLICT (organization_id, integration_type) DO UPDATE SET is_active = excluded.is_active, status = excluded.status
