-- The unique index is built under the strongest lock.
alter table public.contacts add constraint contacts_email_key unique (organization_id, email); -- wrong: LCK-12
