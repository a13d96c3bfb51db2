-- A volatile default writes the whole table anew under the strongest lock.
alter table public.contacts add column if not exists unsubscribe_token uuid not null default gen_random_uuid(); -- wrong: LCK-16
