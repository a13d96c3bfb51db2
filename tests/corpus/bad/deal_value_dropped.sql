-- Clients call it through the API.
drop function if exists public.deal_value(uuid); -- wrong: CMP-07/DST-04
