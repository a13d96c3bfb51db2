-- The index of an exclusion constraint is built under the strongest lock.
alter table public.deals add column open_during tstzrange;
alter table public.deals add constraint deals_no_overlap exclude using gist (open_during with &&); -- wrong: LCK-14, ISO-46
