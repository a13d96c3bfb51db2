-- A member has spoken to the contact of the organization ($1) that nobody has spoken to for longest.
UPDATE public.contacts SET last_contact_at = now()
WHERE id = (SELECT id FROM public.contacts WHERE organization_id = $1::uuid ORDER BY last_contact_at NULLS FIRST LIMIT 1)
