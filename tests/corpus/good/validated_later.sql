-- The constraint was added NOT VALID by an earlier file.
set local lock_timeout = '5s';
alter table public.organizations validate constraint organizations_name_check;
