-- Fails before anything is changed when something is not as it was thought.
do $$
begin
  if to_regclass('public.contacts') is null then
    raise exception 'contacts is missing';
  end if;
  if exists (select 1 from public.deals d where d.amount < 0) then
    raise exception 'there are deals below zero';
  end if;
end
$$;
