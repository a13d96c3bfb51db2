-- index contacts: found by their address.
create index contacts_email on public.contacts (email);
