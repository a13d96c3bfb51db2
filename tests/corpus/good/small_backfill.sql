-- A handful of rows, named one by one.
update public.organizations set name = 'Harbour & Sons' where id = '3f0e3b52-6d0f-4c1f-9a55-0d6c1f1f8a10';
