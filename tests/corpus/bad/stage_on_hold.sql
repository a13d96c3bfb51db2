-- A new value of an enum cannot be used in the transaction that adds it.
alter type public.deal_stage add value if not exists 'on_hold' before 'won';

update public.deals set stage = 'on_hold' where stage = 'offer' and created_at < '2025-01-01'; -- wrong: EXE-08, LCK-35
