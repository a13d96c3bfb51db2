-- Two functions have this name, so that the GRANT does not know which one is meant.
create function public.search_contacts(p_term text) returns setof public.contacts
language sql stable set search_path = ''
as $$ select * from public.contacts c where c.full_name ilike '%' || p_term || '%' $$;

create function public.search_contacts(p_term text, p_limit integer) returns setof public.contacts
language sql stable set search_path = ''
as $$ select * from public.contacts c where c.full_name ilike '%' || p_term || '%' limit p_limit $$;

grant execute on function public.search_contacts to authenticated; -- wrong: EXE-06
