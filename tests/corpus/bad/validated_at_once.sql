-- NOT VALID gains nothing when the same transaction validates.
alter table public.deals add constraint deals_title_set check (length(title) > 0) not valid;
alter table public.deals validate constraint deals_title_set; -- wrong: LCK-10
