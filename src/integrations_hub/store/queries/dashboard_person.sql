-- Who looks: the name they gave themselves, and whether they are an operator, as policies see it.
select (select p.full_name from public.profiles p where p.id = auth.uid()) as name,
       private.caller_is_super_admin() as is_operator
