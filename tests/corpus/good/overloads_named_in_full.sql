create function public.find_contact(p_email text) returns setof public.contacts
language sql stable set search_path = ''
as $$ select c.* from public.contacts c where c.email = p_email $$;

create function public.find_contact(p_email text, p_status text) returns setof public.contacts
language sql stable set search_path = ''
as $$ select c.* from public.contacts c where c.email = p_email and c.status = p_status $$;

revoke execute on function public.find_contact(text) from public, anon;
revoke execute on function public.find_contact(text, text) from public, anon;
grant execute on function public.find_contact(text) to authenticated;
grant execute on function public.find_contact(text, text) to authenticated;
