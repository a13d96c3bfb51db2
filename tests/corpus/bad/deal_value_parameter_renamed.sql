-- The name of a parameter cannot be changed by replacing the function.
create or replace function public.deal_value(deal_id uuid) returns integer -- wrong: EXE-05
language sql stable set search_path = ''
as $$ select d.amount from public.deals d where d.id = deal_id $$;
