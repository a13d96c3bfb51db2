-- An old idea, left here for who comes next:
-- drop table public.contacts cascade;
-- truncate public.deals;
/* delete from public.profiles; /* nested */ update public.deals set amount = 0; */
comment on table public.contacts is 'People and companies; never "drop table contacts" by hand.';
