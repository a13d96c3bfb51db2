create domain public.email_address as text check (value ~ '^[^@\s]+@[^@\s]+$');
create type public.address as (street text, city text, postal_code text);
comment on type public.address is 'As it is printed.';
