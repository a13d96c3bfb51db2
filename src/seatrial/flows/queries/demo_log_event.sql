-- A member of an organization ($1) notes that something happened.
INSERT INTO public.crm_events (organization_id, event_type) VALUES ($1::uuid, 'message.sent')
