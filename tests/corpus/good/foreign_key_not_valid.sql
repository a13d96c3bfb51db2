-- Validated by the next file; an index for it is there.
set local lock_timeout = '2s';
alter table public.organization_members
  add constraint organization_members_profile foreign key (user_id) references public.profiles (id) not valid;
