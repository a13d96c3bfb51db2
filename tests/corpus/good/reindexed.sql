REINDEX INDEX CONCURRENTLY public.contacts_by_status;
