-- What the caller sends is taken as a name.
create function public.sorted_contacts(p_sort text) returns setof public.contacts
language plpgsql stable set search_path = '' as $$
begin
  if p_sort not in ('email', 'full_name', 'created_at') then
    raise exception 'cannot sort by %', p_sort;
  end if;
  return query execute format('select * from public.contacts order by %I', p_sort);
end;
$$;
