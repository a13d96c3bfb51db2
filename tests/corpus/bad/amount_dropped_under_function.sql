-- deal_value() reads the column, and nothing records that.
alter table public.deals add column amount_cents bigint not null default 0;
drop view public.deal_totals; -- wrong: DST-04/CMP-07
alter table public.deals drop column amount; -- wrong: DST-01, EXE-31
