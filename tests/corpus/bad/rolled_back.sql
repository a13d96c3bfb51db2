-- Left over from trying it out: nothing of this file stays.
begin;
alter table public.deals add column lost_reason text;
rollback; -- wrong: EXE-27
