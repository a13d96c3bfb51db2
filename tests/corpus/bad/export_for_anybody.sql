-- Runs with the owner's rights, for any id, and even somebody who is not signed in may call it.
CREATE OR REPLACE FUNCTION public.export_contacts(p_organization_id uuid) -- wrong: ISO-37/ISO-38
RETURNS SETOF public.contacts
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
BEGIN
  RETURN QUERY SELECT c.* FROM public.contacts c WHERE c.organization_id = p_organization_id;
END;
$$;
