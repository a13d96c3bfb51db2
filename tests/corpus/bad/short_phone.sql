-- What is longer fails or is cut.
alter table public.contacts alter column phone type varchar(12) using left(phone, 12); -- wrong: DST-06, LCK-15
