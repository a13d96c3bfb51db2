-- The foreign key is checked for all rows under a lock on both tables.
alter table public.contacts add column owner_id uuid;
alter table public.contacts
  add constraint contacts_owner_fk foreign key (owner_id) references public.profiles (id) on delete set null; -- wrong: LCK-06, PRF-11
