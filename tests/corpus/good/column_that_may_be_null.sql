set local lock_timeout = '2s';
alter table public.contacts add column birthday date;
comment on column public.contacts.birthday is 'For greetings; the year may be 1900.';
