CREATE SEQUENCE private.invoice_numbers AS bigint START WITH 1000;
CREATE FUNCTION private.next_invoice_number() RETURNS bigint
LANGUAGE sql VOLATILE SET search_path = ''
AS $$ SELECT nextval('private.invoice_numbers'::regclass) $$;
