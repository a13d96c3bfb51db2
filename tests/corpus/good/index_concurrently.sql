CREATE INDEX CONCURRENTLY IF NOT EXISTS contacts_by_email ON public.contacts (organization_id, email);
