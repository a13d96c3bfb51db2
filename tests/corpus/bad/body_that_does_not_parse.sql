-- END IF is missing, so that the function cannot even be made.
create function private.next_stage(p_stage public.deal_stage) returns public.deal_stage -- wrong: EXE-21
language plpgsql immutable set search_path = '' as $$
begin
  if p_stage = 'lead' then
    return 'offer';
  return 'won';
end;
$$;
