-- The service has sent a message through an organization's ($1) integration ($2); $3 says whether that worked, $4 what
-- the provider answered where it did not.
SELECT public.record_integration_usage(i.id, 'message.sent', $3, 120, nullif($4, ''))
FROM public.integrations AS i
WHERE i.organization_id = $1::uuid AND i.integration_type = $2
