-- Built without a lock by itself; the constraint comes with the next file.
create unique index concurrently contacts_email_unique on public.contacts (organization_id, email);
