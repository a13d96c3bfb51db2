-- PL/pgSQL takes the body as it is; it fails when it is called.
create or replace function public.close_deal(p_deal uuid) returns void
language plpgsql security invoker set search_path = ''
as $$
begin
  update public.deals set status = 'won' where id = p_deal; -- wrong: EXE-21
end;
$$;
