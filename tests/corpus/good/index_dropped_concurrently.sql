drop index concurrently if exists public.contacts_by_status;
